"""How does a plain text become one that every program reads alike?"""

import codecs
import re

from kb.anonymisation.kinds import Fault, Refused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def clean(data: bytes) -> bytes:
    """Return the text in UTF-8, without control characters and invisible ones. Raises Refused where it is none."""
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if wide else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).encode()
    raise Refused(Fault.DAMAGED)
