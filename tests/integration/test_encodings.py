"""The names of encodings are the server's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.psql.source import client_encoding

if TYPE_CHECKING:
    import psycopg

NAMES = (
    "abc alt auto big-5 EUC_CN euc_jis_2004 euc-jp euckr euctw gb18030 gbk johab koi8 koi8-r KOI8U"
    " mskanji mule_internal Shift_JIS shift_jis_2004 sjis SQL_ASCII tcvn TCVN5712 uhc unicode utf-8"
    " utf8 vscii win windows nope latin latin0 latin11 iso-8859 iso_8859_12 utf16"
).split()
NAMES += [f"latin-{number}" for number in range(1, 11)]
NAMES += [f"ISO-8859-{number}" for number in range(1, 17)]
PAGES = "866 874 932 936 949 950 1250 1251 1252 1253 1254 1255 1256 1257 1258 1259".split()
NAMES += [prefix + number for prefix in ("win", "Windows-") for number in PAGES]


def test_the_server_has_the_same_names(admin: psycopg.Connection) -> None:
    rows = admin.execute(
        "SELECT name, pg_catalog.pg_encoding_to_char(pg_catalog.pg_char_to_encoding(name::name))"
        " FROM pg_catalog.unnest(%s::text[]) AS name",
        [NAMES],
    ).fetchall()
    assert {name: client_encoding(name) or "" for name in NAMES} == dict(rows)
