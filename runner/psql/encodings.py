"""Client encodings whose second bytes look like ASCII: psql steps over them.

See `psqlscan_prepare_buffer` in src/fe_utils/psqlscan.l and src/common/wchar.c.
"""

from __future__ import annotations

import re

_TWO = re.compile(rb"([\x80-\xff])[\x00-\xff]", re.DOTALL)
# Half-width katakana are single bytes.
_SJIS = re.compile(rb"([\x80-\xa0\xe0-\xff])[\x00-\xff]", re.DOTALL)
_GB18030 = re.compile(rb"([\x80-\xff])(?:[0-9][\x00-\xff]{2}|[\x00-\xff])", re.DOTALL)
_UNSAFE = {
    "SJIS": _SJIS,
    "SHIFTJIS": _SJIS,
    "SHIFT_JIS": _SJIS,
    "SHIFT_JIS_2004": _SJIS,
    "BIG5": _TWO,
    "GBK": _TWO,
    "UHC": _TWO,
    "JOHAB": _TWO,
    "GB18030": _GB18030,
}


def masked(text: bytes, encoding: str) -> bytes:
    """Gives text of the same length in which no byte but a true ASCII character is one."""
    pattern = _UNSAFE.get(encoding)
    if pattern is None:
        return text
    return pattern.sub(lambda m: m[1] + b"\xff" * (len(m[0]) - 1), text)
