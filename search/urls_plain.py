"""The addresses of search."""
urlpatterns = []
