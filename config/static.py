"""How do many small stylesheets reach the reader as one?

The sources keep one thing to a file and join them by `@import`. When static files are collected, the stylesheet that
pages link takes its imports in, layer and medium kept, so that a page asks for one file.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRANCES = ("css/site.css",)
IMPORT = re.compile(r"""@import\s*(["'])(?P<path>[^"']+)\1\s*(?:layer\((?P<layer>[^)]*)\))?(?P<medium>[^;]*);""")
STRING_OR_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/""", re.DOTALL)
# Inside strings nothing is touched; around these signs a space means nothing.
SPACE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s+""")
AROUND = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\s*([{};,])\s*""")


class CircularImport(ValueError):
    """A stylesheet imports itself, at once or by way of others."""


def read(storage: Any, name: str) -> str:
    """Return the text of a stylesheet. Raises FileNotFoundError where there is none."""
    with storage.open(name) as source:
        content: str = source.read().decode("utf-8")
    return content


def join(storage: Any, name: str, above: tuple[str, ...] = ()) -> str:
    """Return a stylesheet with everything that it imports in its place.

    Raises CircularImport, FileNotFoundError, and ValueError for an import that stands after a rule.
    """
    if name in above:
        raise CircularImport(" → ".join((*above, name)))
    text = without_comments(read(storage, name))

    def taken_in(found: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), found["path"]))
        inner = join(storage, path, (*above, name))
        if found["layer"] is not None:
            inner = f"@layer {found['layer']} {{\n{inner}\n}}"
        if medium := found["medium"].strip():
            inner = f"@media {medium} {{\n{inner}\n}}"
        return inner

    return IMPORT.sub(taken_in, text)


def without_comments(text: str) -> str:
    """Return the stylesheet without its comments; strings keep what looks like one."""
    return STRING_OR_COMMENT.sub(lambda found: found[1] or "", text)


def squeeze(text: str) -> str:
    """Return the stylesheet without spaces and line ends that mean nothing."""
    single = SPACE.sub(lambda found: found[1] or " ", without_comments(text))
    return AROUND.sub(lambda found: found[1] or found[2], single).replace(";}", "}").strip()


class Sources:
    """The files that are being collected, where they come from; as much of a storage as `join` needs."""

    def __init__(self, paths: dict[str, tuple[Storage, str]]) -> None:
        """Keep where each name comes from."""
        self.paths = dict(paths)

    def open(self, name: str) -> Any:
        """Open a file by its collected name. Raises FileNotFoundError for one that is not collected."""
        if name not in self.paths:
            raise FileNotFoundError(name)
        storage, path = self.paths[name]
        return storage.open(path)


class JoinedManifestStorage(CompressedManifestStaticFilesStorage):
    """Collects static files, the linked stylesheet joined, each under a name that says its content, compressed."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str, bool]]:
        """Join the entrances where they were collected, then name and compress everything."""
        if not dry_run:
            for name in ENTRANCES:
                if name in paths:
                    # From the sources: what an earlier run left in the target is joined already, and may be old.
                    joined = squeeze(join(Sources(paths), name))
                    self.delete(name)
                    self._save(name, ContentFile(joined.encode("utf-8")))
                    paths[name] = (self, name)
        yield from super().post_process(paths, dry_run=dry_run, **options)
