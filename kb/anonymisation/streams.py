"""What does a picture inside another file carry besides its points? Segments of JPEG and boxes of JPEG 2000."""

_START_OF_SCAN = 0xDA
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_COMMENT = 0xFE
# APP14 says in which colours an Adobe program wrote the points: without it they come out wrong.
_KEPT_APPLICATION = 0xEE
_JP2 = b"\x00\x00\x00\x0cjP  \r\n\x87\n"
_TELLING_BOXES = frozenset({b"xml ", b"uuid", b"uinf"})


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG without application segments and comments, its points untouched; other data as it is."""
    if not data.startswith(b"\xff\xd8"):
        return data
    kept, position = [data[:2]], 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _WITHOUT_LENGTH:
            kept.append(data[position : position + 2])
            position += 2
            continue
        if marker == _START_OF_SCAN:
            end = data.rfind(b"\xff\xd9")
            kept.append(data[position : end + 2] if end > position else data[position:])
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        is_application = 0xE0 <= marker <= 0xEF and marker != _KEPT_APPLICATION
        if not is_application and marker != _COMMENT:
            kept.append(data[position : position + 2 + length])
        position += 2 + length
    return b"".join(kept)


def bare_jp2(data: bytes) -> bytes:
    """Return a JPEG 2000 file without the boxes that hold texts; other data as it is."""
    if not data.startswith(_JP2):
        return data
    kept, position = [], 0
    while position + 8 <= len(data):
        length = int.from_bytes(data[position : position + 4], "big")
        name = data[position + 4 : position + 8]
        if length == 1:
            length = int.from_bytes(data[position + 8 : position + 16], "big")
        end = len(data) if length == 0 else position + max(length, 8)
        if name not in _TELLING_BOXES:
            kept.append(data[position:end])
        position = end
    return b"".join(kept)
