r"""What a statement is, told from its tokens and first words; COPY and `\copy` among them.

Not a parser: psql has none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_VARIABLE = re.compile(
    rb":(?:[A-Za-z0-9_\x80-\xff]++|'[A-Za-z0-9_\x80-\xff]++'"
    rb'|"[A-Za-z0-9_\x80-\xff]++"|\{\?[A-Za-z0-9_\x80-\xff]++\})'
)

_TOKEN = re.compile(
    rb"""
      (?P<space> [ \t\n\r\f\v]++ | --[^\n\r]*+ )
    | (?P<comment> /\* )
    | (?P<escape> [eE] ' [^'\\]*+ (?: (?: \\. | '' ) [^'\\]*+ | )*+ ' )
    | (?P<dollar> \$ (?: [A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*+ )? \$ )
    | (?P<word> [A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*+ )
    | (?P<string> ' [^']*+ (?: '' [^']*+ | )*+ ' )
    | (?P<name> " [^"]*+ (?: "" [^"]*+ | )*+ " )
    | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
# Up to four words with nothing but space between them: how nearly every statement begins.
_WORD = rb"([A-Za-z_][A-Za-z0-9_$]*+)"
_SPACE = rb"[ \t\n\r\f\v]"
_HEAD = re.compile(
    _WORD + (rb"(?:" + _SPACE + rb"++" + _WORD + rb")?") * 3 + rb"(?!" + _SPACE + rb"*+(?:--|/\*))"
)

# Statements that end or begin a transaction, as psql names them.
_TRANSACTION_CONTROL = frozenset({b"BEGIN", b"COMMIT", b"END", b"ABORT", b"ROLLBACK"})

# Tokens as `strtokx` makes them in `parse_slash_copy` (src/bin/psql/copy.c).
_BEFORE = re.compile(r'\s*("(?:[^"]|"")*"?|[.,()]|[^\s.,()"]+)')
_IN_QUERY = re.compile(r"""\s*("(?:[^"]|"")*"?|'(?:[^']|'')*'?|[()]|[^\s()"']+)""")
_IN_COLUMNS = re.compile(r'\s*("(?:[^"]|"")*"?|[()]|[^\s()"]+)')
_FILE = re.compile(r"\s*('(?:[^']|'')*'?|;|[^\s;']+)")


def comment_end(text: bytes, pos: int, depth: int = 0) -> tuple[int, int]:
    """Finds the end of a nested comment, from inside it, `depth` levels down.

    Gives the position after it and -1, or the end of the text and the depth there.
    """
    close = opened = -1
    while True:
        # Each is looked for once and then kept until it is passed.
        if close < pos and (close := text.find(b"*/", pos)) < 0:
            close = len(text)
        if opened < pos and (opened := text.find(b"/*", pos)) < 0:
            opened = len(text)
        if opened < close:
            depth += 1
            pos = opened + 2
        elif close == len(text):
            return close, depth
        else:
            pos = close + 2
            depth -= 1
            if depth < 0:
                return pos, depth


def variable_at(text: bytes, pos: int) -> bytes:
    """Gives the variable reference at `pos`, such as `:name`, `:'name'` or `:{?name}`."""
    match = _VARIABLE.match(text, pos)
    return match.group() if match else b""


class Token(NamedTuple):
    """A word (in upper case), or any other token as it stands, with its byte offset."""

    kind: str
    text: bytes
    offset: int


def tokens(text: bytes) -> Iterator[Token]:
    """Splits the text of one statement into tokens, without space and comments."""
    pos = 0
    while pos < len(text):
        match = _TOKEN.match(text, pos)
        if match is None:  # cannot be: the last alternative takes any byte
            return
        kind, end = match.lastgroup or "other", match.end()
        if kind == "comment":
            pos, _ = comment_end(text, pos + 2)
            continue
        if kind == "dollar":
            closing = text.find(match.group(), end)
            kind, end = ("other", pos + 1) if closing < 0 else (kind, closing + end - pos)
        if kind != "space":
            token = text[pos:end]
            yield Token(kind, token.upper() if kind == "word" else token, pos)
        pos = end


def string_value(token: Token) -> bytes | None:
    """Gives the value of a string constant, else None; with escapes in it, its text."""
    if token.kind == "string":
        return token.text[1:-1].replace(b"''", b"'")
    if token.kind == "escape":
        return token.text[2:-1].replace(b"''", b"'")
    if token.kind == "dollar":
        tag = token.text.index(b"$", 1) + 1
        return token.text[tag:-tag]
    return None


def catalog_name(name: str) -> str:
    """A name as the catalog has it: folded to lower case, or what stands in double quotes."""
    if name.startswith('"'):
        return name[1:-1].replace('""', '"')
    return name.lower()


def first_words(text: bytes, count: int = 4) -> tuple[bytes, ...]:
    """Gives the words, in upper case, that a statement begins with, `count` at the most."""
    head = _HEAD.match(text)
    if head is not None and count <= 4:
        return tuple([word.upper() for word in head.groups() if word is not None][:count])
    words: list[bytes] = []
    for token in tokens(text):
        if token.kind != "word":
            break
        words.append(token.text)
        if len(words) == count:
            break
    return tuple(words)


def leading_space(text: bytes, pos: int = 0) -> int:
    """Gives the position of the first token at or after `pos`."""
    for token in tokens(text[pos:]):
        return pos + token.offset
    return len(text)


def transaction_control(words: tuple[bytes, ...]) -> bytes | None:
    """Gives the command, such as COMMIT, when the words begin one that controls transactions.

    Savepoints are not among them: they work inside the one transaction.
    """
    first, second = (*words, b"", b"")[:2]
    if first in _TRANSACTION_CONTROL:
        rolls_back_to = first == b"ROLLBACK" and b"TO" in words[1:3]
        return None if rolls_back_to else first
    if (first, second) in ((b"START", b"TRANSACTION"), (b"PREPARE", b"TRANSACTION")):
        return first + b" " + second
    return None


class CopyEnd(NamedTuple):
    """The client's or the server's end of a COPY in SQL.

    `kind` is stdin, stdout, program or file; `file` the path, which stands as a literal in
    the text from `start` to `end`; `to` is true for COPY … TO.
    """

    kind: str
    to: bool
    file: str = ""
    start: int = 0
    end: int = 0


def copy_end(command: bytes) -> CopyEnd | None:
    """Tells where a COPY command reads or writes; None when it is no COPY."""
    depth = 0
    previous: Token | None = None
    for number, token in enumerate(tokens(command)):
        if number == 0 and (token.kind, token.text) != ("word", b"COPY"):
            return None
        if token.text in (b"(", b")"):
            depth += 1 if token.text == b"(" else -1
        elif not depth and previous and previous.text in (b"FROM", b"TO"):
            end = _end(token, to=previous.text == b"TO")
            if end:
                return end
        previous = token if token.kind == "word" and not depth else None
    return None


def _end(token: Token, *, to: bool) -> CopyEnd | None:
    if token.kind == "word" and token.text in (b"STDIN", b"STDOUT"):
        # gram.y takes both words for both directions.
        return CopyEnd("stdout" if to else "stdin", to)
    if token.kind == "word" and token.text == b"PROGRAM":
        return CopyEnd("program", to)
    name = string_value(token)
    if name is None:
        return None
    file = name.decode("utf-8", "surrogateescape")
    return CopyEnd("file", to, file, token.offset, token.offset + len(token.text))


class SlashCopy(NamedTuple):
    r"""A `\copy`: the COPY command it sends, and the file it reads or writes.

    `file` is None for the script itself (`stdin`) or standard output, and empty for psql's
    own standard input or output (`pstdin`).
    """

    query: str
    to: bool
    program: bool
    file: str | None


def parse_slash_copy(line: str) -> SlashCopy | None:
    r"""Reads the arguments of `\copy`; None when they make no sense to psql."""
    words = _Words(line)
    try:
        return _parse(words)
    except StopIteration:
        return None


class _Words:
    """Takes one word after the other; StopIteration at the end."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.pos = 0

    def take(self, pattern: re.Pattern[str] = _BEFORE) -> str:
        match = pattern.match(self.line, self.pos)
        if match is None:
            raise StopIteration
        self.pos = match.end()
        return match.group(1)

    def rest(self) -> str:
        return self.line[self.pos :]


def _parse(words: _Words) -> SlashCopy | None:
    before, word = _what(words)
    if word.lower() not in ("from", "to"):
        return None
    to = word.lower() == "to"
    name = words.take(_FILE)
    program = name.lower() == "program"
    if program:
        name = words.take(_FILE)
    file: str | None = name
    if name.startswith("'"):
        file = name[1:-1].replace("''", "'")
    elif name.lower() in ("stdin", "stdout"):
        file = None
    elif name.lower() in ("pstdin", "pstdout"):
        file = ""
    direction = " TO STDOUT " if to else " FROM STDIN "
    return SlashCopy("COPY " + before + direction + words.rest().lstrip(), to, program, file)


def _what(words: _Words) -> tuple[str, str]:
    """Gives what is copied, put together as psql does, and the word after it."""
    before = ""
    word = words.take()
    if word.lower() == "binary":
        before, word = word, words.take()
    if word == "(":
        depth = 1
        while depth:
            before += " " + word
            word = words.take(_IN_QUERY)
            depth += {"(": 1, ")": -1}.get(word, 0)
    before += " " + word
    word = words.take()
    if word == ".":
        before += word + words.take()
        word = words.take()
    if word == "(":
        while word != ")":
            before += " " + word
            word = words.take(_IN_COLUMNS)
        before += " )"
        word = words.take()
    return before, word
