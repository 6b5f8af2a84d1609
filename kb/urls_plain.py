"""The addresses of pictures and files, which are the same in every language."""

from django.urls import path

from kb.views import media

app_name = "kb_media"
urlpatterns = [path("media/<slug:public_id>/<slug:spec>", media.media, name="media")]
