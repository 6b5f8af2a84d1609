"""How does a picture lose everything but what it shows? It is decoded within limits and written anew."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from kb.anonymisation.kinds import MAX_PIXELS, Fault, Kind, Refused

LONGEST = 2560  # pixels along the longer side; what is larger is made smaller
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_DRAWN = frozenset({"PNG", "GIF"})  # plans and screenshots, which JPEG would blur


def clean(data: bytes, *, into: Kind | None = None) -> tuple[bytes, Kind]:
    """Return the picture without EXIF, position, XMP, thumbnail, profile and comment, and its kind: JPEG or PNG.

    The orientation is applied first. `into` asks for a kind, GIF included. Raises Refused.
    """
    with warnings.catch_warnings():
        # Pillow warns of what is refused below anyway.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return _rewritten(data, into)
        except Image.DecompressionBombError as bomb:
            raise Refused(Fault.TOO_MANY_PIXELS) from bomb
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError) as broken:
            if isinstance(broken, Refused):
                raise
            raise Refused(Fault.DAMAGED) from broken


def _rewritten(data: bytes, into: Kind | None) -> tuple[bytes, Kind]:
    with Image.open(BytesIO(data), formats=_FORMATS) as found:
        if found.width * found.height > MAX_PIXELS:
            raise Refused(Fault.TOO_MANY_PIXELS)
        # A telephone keeps a second view behind the first; only the first is read.
        if found.format != "MPO" and getattr(found, "n_frames", 1) > 1:
            raise Refused(Fault.MOVES)
        is_drawn = found.format in _DRAWN
        found.draft("RGB", (LONGEST, LONGEST))
        found.load()
        upright = ImageOps.exif_transpose(found)
        mode = "RGBA" if upright.has_transparency_data else "RGB"
        shown = upright.convert(mode)
    shown.thumbnail((LONGEST, LONGEST))
    # From the points alone: nothing that Pillow carries along with an image comes here.
    fresh = Image.frombytes(mode, shown.size, shown.tobytes())
    kind = into or (Kind.PNG if is_drawn or mode == "RGBA" else Kind.JPEG)
    written = BytesIO()
    if kind == Kind.JPEG:
        fresh.convert("RGB").save(written, "JPEG", quality=88, optimize=True, progressive=True)
    else:
        fresh.save(written, kind.value.upper(), optimize=True)
    return written.getvalue(), kind


def narrowed(data: bytes, width: int) -> bytes:
    """Return a cleaned picture at most so many points wide, in its own kind."""
    written = BytesIO()
    with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as found:
        kind = found.format
        found.draft("RGB", (width, width))
        shown = found.copy()
    shown.thumbnail((width, found.height))
    if kind == "JPEG":
        shown.save(written, kind, quality=82, optimize=True, progressive=True)
    else:
        shown.save(written, kind, optimize=True)
    return written.getvalue()
