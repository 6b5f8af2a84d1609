"""The addresses of the knowledge base."""

from django.urls import path

from kb.views import entries

app_name = "kb"
urlpatterns = [path("entries/<slug:public_id>/", entries.entry, name="entry")]
