"""The addresses of search."""
app_name = "search"
urlpatterns = []
