"""What a comparison found, as text."""

from __future__ import annotations

from runner.comparison import Definition, Difference, LocatedDifference, Verification
from runner.report.differences import counts_text, difference_lines, stopped_text


def shown(*found: LocatedDifference, colour: bool = False) -> list[str]:
    return difference_lines(Verification({}, found), colour=colour)


def test_counts_are_in_words() -> None:
    checked = {"policy": 1, "table": 1, "index": 1, "operator class": 1, "statistics": 1}
    assert counts_text(checked) == "1 table, 1 index, 1 operator class, 1 policy, 1 statistics"
    assert counts_text({"row": 1234567, "table": 2, "view": 0}) == "2 tables, 1,234,567 rows"


def test_a_difference_with_its_place() -> None:
    difference = Difference("changed", "column", "public.t.a", "text", "integer", property="type")
    assert shown(LocatedDifference(difference, "data/sql/01.sql", 7)) == [
        "changed  column public.t.a, type (data/sql/01.sql:7)",
        "         expected  text",
        "         actual    integer",
    ]


def test_what_only_one_side_has() -> None:
    """A blank side would look as if it was forgotten."""
    comment = Difference("changed", "table", "public.t", None, "hers", property="comment")
    assert shown(LocatedDifference(comment))[1:] == [
        "         expected  (none)",
        "         actual    hers",
    ]
    assert (
        len(
            shown(
                LocatedDifference(Difference("extra", "index", "public.i", None, "CREATE INDEX i"))
            )
        )
        == 2
    )


def test_the_last_line_end_of_a_definition_is_not_shown() -> None:
    body = Difference("changed", "function", "f()", "a\nb\n", "a\nc\n", property="definition")
    assert shown(LocatedDifference(body))[-1] == "         +c"
    gone = Difference("missing", "function", "f()", "a\nb\n")
    assert shown(LocatedDifference(gone))[-1] == "                   b"


def test_what_is_long_is_cut() -> None:
    """What is left is broken between words on a terminal, as all text is."""
    text = "x" * 500 + "\n語" * 30
    lines = shown(
        LocatedDifference(Difference("missing", "table", f"public.{'n' * 90}", text), "s" * 75, 1)
    )
    assert len(lines[1].strip()) < 430
    assert lines[-1].strip() == "…"
    assert len(lines) == 21


def test_of_a_definition_the_lines_that_differ() -> None:
    before, after = ["line"] * 20, ["end"] * 20
    expected, actual = ("\n".join([*before, word, *after]) for word in ("this", "that"))
    lines = shown(LocatedDifference(Difference("changed", "function", "f()", expected, actual)))
    assert [line.strip() for line in lines[1:3]] == ["--- expected", "+++ actual"]
    assert [line[9:] for line in lines[4:]] == [" line", " line", "-this", "+that", " end", " end"]


def test_nothing_of_a_server_reaches_the_terminal_raw() -> None:
    found = LocatedDifference(Difference("extra", "table", "public.\x1b[2J", None, "\x1b]0;x\x07"))
    assert "\x1b" not in "".join(shown(found))
    assert "".join(shown(found, colour=True)).count("\x1b") == 2


def test_of_very_many_the_first() -> None:
    lines = shown(*(LocatedDifference(Difference("missing", "table", f"t{n}")) for n in range(150)))
    assert len(lines) == 101
    assert lines[-1] == "and 50 more; --json lists them all"


def test_half_made() -> None:
    sentence = stopped_text(Definition("rows", "users", "", "02.sql", 4))
    assert sentence.endswith("First incomplete: the rows of users.")
