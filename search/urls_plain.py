"""The addresses that machines ask for, the same in every language."""

from django.urls import path

from search.views import machines

urlpatterns = [
    path("robots.txt", machines.robots, name="robots"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", machines.sitemap_part, name="sitemap_part"),
    path(".well-known/security.txt", machines.security_txt, name="security_txt"),
    path("csp-report", machines.csp_report, name="csp_report"),
]
