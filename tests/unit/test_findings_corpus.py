"""`check` finds nothing in scripts that run, and all that the runner refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.findings import check, folder_of

TESTS = Path(__file__).parent.parent
CORPUS = TESTS / "corpus"
DATA_SQL = TESTS.parent / "data" / "sql"

# Nothing else is found

# What may be said of many of them.
TRUE = (
    "would end or split",
    "only the server knows",
    "CR LF",
    "has the number",
    "depends on the locale",
    "from pstdin",
    "unterminated quoted string",
    "unrecognized value",
    "the environment variable CORPUS_N",
)
WARNINGS = {
    "connect_same.sql": "\\connect",
}


@pytest.mark.parametrize("transaction", ["all", "none"])
@pytest.mark.parametrize("part", ["sql", "meta"])
def test_the_corpus_has_no_other_findings(
    part: str, transaction: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CORPUS / part)
    variables = {"given": "from -v", "number": "7"}
    found = check(Path(), transaction=transaction, env={"CORPUS": "from env"}, **variables)
    for one in found:
        if not any(text in one.message for text in TRUE):
            assert (transaction, one.severity) == ("all", "warning"), one
            assert WARNINGS[one.script] in one.message
    if transaction == "none":
        assert not any(TRUE[0] in one.message for one in found)


REFUSED_FILES = json.loads((CORPUS / "refused" / "expected.json").read_text())


@pytest.mark.parametrize("name", sorted(REFUSED_FILES))
def test_what_the_runner_refuses_is_found_at_its_place(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(CORPUS / "refused")
    folder = tmp_path / "sql"
    folder.mkdir()
    # The files that it includes are named from the folder that it is in.
    (folder / "included").symlink_to(CORPUS / "refused" / "included")
    (folder / f"{name}.sql").symlink_to(CORPUS / "refused" / f"{name}.sql")
    errors = [one for one in check(folder, transaction="none") if one.severity == "error"]
    assert all(one.docker and one.target and one.rewrite for one in errors)
    first = str(errors[0].place).removeprefix(f"{folder}/")
    assert first == REFUSED_FILES[name]["place"]


def test_the_blog_has_none() -> None:
    """But for what a strict checkout does to permissions, which git does not keep."""
    assert [one for one in check(DATA_SQL) if "others may not read" not in one.message] == []


def test_a_dump_has_none(tmp_path: Path) -> None:
    text = (CORPUS / "server" / "whole_dump" / "01.sql").read_bytes()
    assert check(folder_of(tmp_path, text)) == ()
