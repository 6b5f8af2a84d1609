"""The addresses of coming in."""

from django.urls import path

from people.views import joining

app_name = "join"
urlpatterns = [
    path("", joining.welcome, name="welcome"),
    path("request/", joining.ask, name="ask"),
    path("request/withdraw/", joining.withdraw, name="withdraw"),
    path("invited/", joining.invited, name="invited"),
]
