"""Client encodings: their names, and those whose second bytes look like ASCII.

psql steps over such bytes: see `psqlscan_prepare_buffer` in src/fe_utils/psqlscan.l and
src/common/wchar.c. The names are those of src/common/encnames.c.
"""

from __future__ import annotations

import re

_TWO = re.compile(rb"([\x80-\xff])[\x00-\xff]", re.DOTALL)
# Half-width katakana are single bytes.
_SJIS = re.compile(rb"([\x80-\xa0\xe0-\xff])[\x00-\xff]", re.DOTALL)
_GB18030 = re.compile(rb"([\x80-\xff])(?:[0-9][\x00-\xff]{2}|[\x00-\xff])", re.DOTALL)
_UNSAFE = {
    "SJIS": _SJIS,
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


_NAMES = (
    "BIG5 EUC_CN EUC_JIS_2004 EUC_JP EUC_KR EUC_TW GB18030 GBK ISO_8859_5 ISO_8859_6 ISO_8859_7"
    " ISO_8859_8 JOHAB KOI8R KOI8U LATIN1 LATIN10 LATIN2 LATIN3 LATIN4 LATIN5 LATIN6 LATIN7 LATIN8"
    " LATIN9 MULE_INTERNAL SHIFT_JIS_2004 SJIS SQL_ASCII UHC UTF8 WIN1250 WIN1251 WIN1252 WIN1253"
    " WIN1254 WIN1255 WIN1256 WIN1257 WIN1258 WIN866 WIN874"
).split()
_OTHERS = {
    "ABC": "WIN1258",
    "ALT": "WIN866",
    **{f"ISO8859{number}": f"LATIN{number}" for number in (1, 2, 3, 4)},
    "ISO88599": "LATIN5",
    "ISO885910": "LATIN6",
    **{f"ISO8859{number}": f"LATIN{number - 6}" for number in (13, 14, 15, 16)},
    "KOI8": "KOI8R",
    "MSKANJI": "SJIS",
    "SHIFTJIS": "SJIS",
    **dict.fromkeys(("TCVN", "TCVN5712", "VSCII"), "WIN1258"),
    "UNICODE": "UTF8",
    "WIN": "WIN1251",
    "WIN932": "SJIS",
    "WIN936": "GBK",
    "WIN949": "UHC",
    "WIN950": "BIG5",
}
_BY_NAME = {**{re.sub("_", "", name): name for name in _NAMES}, **_OTHERS}


def client_encoding(name: str) -> str | None:
    """Gives PostgreSQL's name for an encoding, such as UTF8 for `utf-8` or `unicode`.

    None for what is no encoding of a client. See pg_char_to_encoding in encnames.c.
    """
    bare = re.sub(r"[^A-Z0-9]", "", name.upper())
    return _BY_NAME.get(re.sub("^WINDOWS(?=[0-9])", "WIN", bare))
