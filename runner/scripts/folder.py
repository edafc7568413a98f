"""The scripts that run, in order and decompressed, by the rules of the image's entrypoint.

`docker-entrypoint.sh` of the official image runs `*.sql`, `*.sql.gz`, `*.sql.xz` and `*.sql.zst` of
one folder in the order in which bash lists them (docker_process_init_files): by the image's locale,
en_US.utf8.
"""

from __future__ import annotations

import os
import shlex
import stat
import unicodedata
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

from runner.errors import UsageError
from runner.psql.source import Source
from runner.results import NotRun
from runner.scripts.files import ReadFile, open_plain

# Letters that Unicode does not decompose but iso14651_t1_common sorts as a letter with an accent.
# The dotless i is a separate letter, between i and j.
_STROKE, _SOLIDUS, _VARIANT, _LAST = "\u0335", "\u0338", "\u20db", "\ud7a3"
_LOWER_CASE = {
    **{letter: base + _STROKE for letter, base in zip("đłħ", "dlh", strict=True)},
    "ø": "o" + _SOLIDUS,
    "ß": "ss" + _VARIANT,
    "æ": "ae" + _VARIANT,
    "œ": "oe" + _VARIANT,
    "ð": "d" + _VARIANT,
}
_LETTERS = str.maketrans(
    {**_LOWER_CASE, "\u0131": "i" + _LAST, "ẞ": "SS" + _VARIANT}
    | {letter.upper(): text.upper() for letter, text in _LOWER_CASE.items() if letter != "ß"}
)


def container_order(name: str) -> tuple[object, ...]:
    """Return a sort key for glibc's order of names.

    It compares letters, digits and currency signs without case and accents; then accents; then
    case, lower case first; then punctuation, which comes before letters.
    """
    decomposed = _decomposed(name)
    base = _base(decomposed)
    accents = [c for c in decomposed if unicodedata.combining(c)]
    cases = [c.isupper() for c in base]
    marks = [(c.isalnum(), c) for c in decomposed]
    return base.lower(), accents, cases, marks, name


def uncertain_pairs(names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return neighbours of sorted names that glibc may sort in the other order.

    `container_order` does not have all of glibc's rules (iso14651_t1_common). It may differ where
    only accents, case or punctuation differ, and in letters that are not accented ASCII letters.
    """
    return tuple((one, other) for one, other in pairwise(names) if _is_uncertain(one, other))


def _is_uncertain(*names: str) -> bool:
    first, second = (_base(_decomposed(name)).lower() for name in names)
    pairs = (one + other for one, other in zip(first, second, strict=False) if one != other)
    differ = next(pairs, None)
    return first == second if differ is None else not differ.replace(_LAST, "").isascii()


def _decomposed(name: str) -> str:
    return unicodedata.normalize("NFKD", name).translate(_LETTERS)


def _base(decomposed: str) -> str:
    return "".join(c for c in decomposed if c.isalnum() or unicodedata.category(c) == "Sc")


# By suffix of the script: the module that decompresses it, and its error for damaged data.
_COMPRESSED = {
    ".sql.gz": ("gzip", "zlib.error"),
    ".sql.xz": ("lzma", "lzma.LZMAError"),
    ".sql.zst": ("zstandard", "zstandard.ZstdError"),
}


def _open_script(path: Path) -> BinaryIO:
    suffix = _suffix(path.name)
    if suffix not in _COMPRESSED:
        return open_plain(path)
    name, damage = _COMPRESSED[suffix]
    module, _, error = damage.partition(".")
    damaged = getattr(import_module(module), error)
    return ReadFile(path, lambda: import_module(name).open(path, "rb"), damaged)


_SCRIPT_PATTERNS = ("*.sql", "[!.]*/*.sql", "[!.]*/[!.]*/*.sql")
NO_SHELL = "a shell script, which runs only with --allow-shell"


class Script(NamedTuple):
    """A file of the folder that runs: its `name` for messages, its `size` in bytes on disk."""

    name: str
    path: Path
    size: int
    mtime_ns: int
    source: Source
    shell: bool = False

    def has_changed(self) -> bool:
        try:
            now = self.path.stat()
        except OSError:
            return True
        return (now.st_size, now.st_mtime_ns) != (self.size, self.mtime_ns)


class Folder(NamedTuple):
    """The scripts in the order in which they run, and the entries that do not run.

    `byte_order` are the names in byte order if that differs from the container's; `uncertain` are
    neighbours that the container may sort in the other order. `allow_shell`: the scripts may run
    programs of this machine. Several folders are the `parts` of one, which has the first folder's
    path.
    """

    path: Path
    scripts: tuple[Script, ...]
    not_run: tuple[NotRun, ...]
    byte_order: tuple[str, ...] | None = None
    uncertain: tuple[tuple[str, str], ...] = ()
    allow_shell: bool = False
    parts: tuple[Folder, ...] = ()


def read_folders(paths: Sequence[Path], *, allow_shell: bool = False) -> Folder:
    """Return the scripts of several folders that run one after the other: see `read_folder`."""
    first, *others = parts = tuple(read_folder(path, allow_shell=allow_shell) for path in paths)
    scripts = tuple(script for part in parts for script in part.scripts)
    not_run = tuple(entry for part in parts for entry in part.not_run)
    return first._replace(scripts=scripts, not_run=not_run, parts=parts) if others else first


def read_folder(path: Path, *, allow_shell: bool = False) -> Folder:
    """Return the scripts of a folder without reading them; `allow_shell` adds shell scripts.

    Raises UsageError when the folder is missing or unreadable, a script in it cannot be read, or
    nothing in it would run.
    """
    scripts: list[Script] = []
    not_run: list[NotRun] = []
    for name in _names(path):
        reason = _reason_not_run(path / name, allow_shell=allow_shell)
        if reason:
            not_run.append(NotRun(name, reason))
        else:
            scripts.append(_script(path / name))
    if not scripts:
        listed = "".join(f"\n  {entry.name}: {entry.reason}" for entry in not_run)
        is_shell = any(entry.reason == NO_SHELL for entry in not_run)
        hint = "Files that run end in .sql, .sql.gz, .sql.xz or .sql.zst."
        raise UsageError(
            f"nothing to run in {path}" + (f"; not run:{listed}" if listed else ": it is empty"),
            hint=_folder_hint(path) or ("--allow-shell runs shell scripts." if is_shell else hint),
        )
    run = [script.path.name for script in scripts]
    by_bytes = sorted(run, key=os.fsencode)
    differs = tuple(by_bytes) if by_bytes != run else None
    found = tuple(scripts), tuple(not_run)
    return Folder(path, *found, differs, uncertain_pairs(run), allow_shell)


def _names(path: Path) -> list[str]:
    try:
        return sorted(os.listdir(path), key=container_order)
    except FileNotFoundError as exc:
        raise UsageError(
            f"there is no folder {path}",
            hint=_folder_hint(path) or "Name the folder of your scripts with -s DIR.",
        ) from exc
    except OSError as exc:
        hint = f"Name its folder: -s {path.parent}" if path.is_file() else None
        raise UsageError(f"cannot read the folder {path}: {exc.strerror}", hint=hint) from exc


def _folder_hint(path: Path) -> str | None:
    around = path if path.is_dir() else Path()
    found = [one.parent for pattern in _SCRIPT_PATTERNS for one in sorted(around.glob(pattern))]
    names = list(dict.fromkeys(str(one) for one in found if one != path))
    from difflib import get_close_matches

    near = get_close_matches(str(path), names, 1) or names[:3]
    return f"Did you mean {' or '.join(f'-s {shlex.quote(n)}' for n in near)}?" if near else None


def _suffix(name: str) -> str | None:
    return next((s for s in (".sql", *_COMPRESSED) if name.endswith(s)), None)


def _reason_not_run(path: Path, *, allow_shell: bool) -> str | None:
    try:
        mode = path.stat().st_mode
    except OSError as exc:
        if _suffix(path.name) is None:
            return f"cannot be read ({exc.strerror})"
        raise _unreadable(path, exc) from exc
    if stat.S_ISDIR(mode):
        return "a folder: sub-folders are not read"
    if path.name.startswith("."):
        return "its name begins with a dot"
    if path.name.endswith(".sh") and not allow_shell:
        return NO_SHELL
    if _suffix(path.name) is None and not path.name.endswith(".sh"):
        return "its name does not end in .sql, .sql.gz, .sql.xz or .sql.zst"
    if not stat.S_ISREG(mode):
        return "not a regular file"
    return None


def _script(path: Path) -> Script:
    try:
        with path.open("rb"):
            pass
        found = path.stat()
    except OSError as exc:
        raise _unreadable(path, exc) from exc
    name = os.fsencode(path).decode(errors="backslashreplace")  # the registry takes only text
    source = Source(name, lambda: _open_script(path), str(path.parent))
    return Script(name, path, found.st_size, found.st_mtime_ns, source, path.name.endswith(".sh"))


def _unreadable(path: Path, exc: OSError) -> UsageError:
    return UsageError(f"cannot read {path}: {exc.strerror}")
