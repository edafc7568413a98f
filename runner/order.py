"""The order in which the container runs the scripts: that of the image's locale, en_US.utf8."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise


def container_order(name: str) -> tuple[object, ...]:
    """A sort key for glibc's order of names.

    First letters, digits and currency signs alone, without case and accents; then accents,
    then case, lower case first; last the punctuation, which comes before letters.
    """
    decomposed = unicodedata.normalize("NFKD", name)
    base = _base(decomposed)
    accents = [c for c in decomposed if unicodedata.combining(c)]
    cases = [c.isupper() for c in base]
    marks = [(c.isalnum(), c) for c in decomposed]
    return base.lower(), accents, cases, marks, name


def uncertain_pairs(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Those neighbours, of names in this order, that glibc may have the other way round.

    What `container_order` leaves out of glibc's rules (iso14651_t1_common, and how strcoll counts
    what it ignores) shows where only accents, case or punctuation differ, and in letters that are
    no ASCII letter with an accent.
    """
    return tuple((one, other) for one, other in pairwise(names) if _is_uncertain(one, other))


def _is_uncertain(one: str, other: str) -> bool:
    first, second = (_base(unicodedata.normalize("NFKD", name)).lower() for name in (one, other))
    for char, there in zip(first, second, strict=False):
        if char != there:
            return not (char + there).isascii()
    return first == second


def _base(decomposed: str) -> str:
    return "".join(c for c in decomposed if c.isalnum() or unicodedata.category(c) == "Sc")
