"""The demonstration's settings with what measuring needs: timers, counted queries, the constant and the floors."""

from config.settings.demo import *  # noqa: F403  (settings modules build on each other)
from config.settings.demo import MIDDLEWARE as REAL

ROOT_URLCONF = "bench.site.urls"
PAGE_CACHE = next((name for name in REAL if name.startswith("config.page_cache.")), "")
MIDDLEWARE = [
    "bench.site.middleware.CountingMiddleware",
    *("bench.site.middleware.AvoidableCache" if name == PAGE_CACHE else name for name in REAL),
]
