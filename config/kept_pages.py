"""What does a process keep of pages that it has made, and how much of it?"""

import gzip
import hashlib
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import parse_etags

_OVERHEAD = 1_000  # bytes that one page takes beside its text and its address
_LEAST_TO_COMPRESS = 200  # bytes
_GZIP = re.compile(r"\bgzip\b")
# What is made anew for each answer.
_NOT_KEPT = frozenset({"vary", "content-length", "cache-control", "etag"})
HEADERS = (("Cache-Control", "no-cache"), ("Vary", "Cookie, Accept-Encoding"))


@dataclass(frozen=True)
class Page:
    """A page as it goes out: its headers, its text (compressed where that is shorter), and what it is known by."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    compressed: bool
    etag: str

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return len(self.body) + _OVERHEAD

    def answers(self, if_none_match: str) -> bool:
        """Does the reader have this page already?"""
        if not if_none_match:
            return False
        if if_none_match == self.etag:
            return True
        opaque = self.etag.removeprefix("W/")
        return any(tag == "*" or tag.removeprefix("W/") == opaque for tag in parse_etags(if_none_match))

    def response_to(self, request: HttpRequest) -> HttpResponse:
        """Return the page, or that it has not changed, in a form that the reader takes."""
        if self.answers(request.META.get("HTTP_IF_NONE_MATCH", "")):
            response = HttpResponse(status=304, headers=dict(HEADERS))
            del response.headers["Content-Type"]
            response.headers["ETag"] = self.etag
            return response
        body, headers = self.body, dict(self.headers)
        if self.compressed:
            if _GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")):
                headers["Content-Encoding"] = "gzip"
            else:
                body = gzip.decompress(body)
        headers["Content-Length"] = str(len(body))
        return HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)


def page_of(response: HttpResponse) -> Page:
    """Return what is kept of a response."""
    body = response.content
    digest = hashlib.blake2b(body, digest_size=15)
    digest.update(response.headers.get("Content-Type", "").encode())
    # Weak: the compressed and the plain form are the same page.
    etag = f'W/"{digest.hexdigest()}"'
    compressed = gzip.compress(body, 6, mtime=0) if len(body) >= _LEAST_TO_COMPRESS else body
    shorter = len(compressed) < len(body)
    headers = [(name, value) for name, value in response.headers.items() if name.lower() not in _NOT_KEPT]
    return Page((*headers, *HEADERS, ("ETag", etag)), compressed if shorter else body, shorter, etag)


class Shelf:
    """Pages by address, each with the state of the content that it shows; the least used go first."""

    def __init__(self, most: int) -> None:
        """Keep at most so many bytes."""
        self.most = most
        self.taken = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Any, tuple[Any, int, Page]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._pages)

    def get(self, address: tuple[str, ...], state: Any) -> Page | None:
        """Return the page of this address in this state of the content, or None."""
        with self._lock:
            found = self._pages.get(address)
            if found is None or found[0] != state:
                return None
            self._pages.move_to_end(address)
            return found[2]

    def put(self, address: tuple[str, ...], state: Any, page: Page) -> None:
        """Keep a page in the place of what was there; one that would take more than an eighth of all is not kept."""
        size = page.size + sum(map(len, address))
        if size > self.most // 8:
            return
        with self._lock:
            old = self._pages.pop(address, None)
            self.taken += size - (old[1] if old else 0)
            self._pages[address] = (state, size, page)
            while self.taken > self.most:
                _address, (_state, gone, _page) = self._pages.popitem(last=False)
                self.taken -= gone
