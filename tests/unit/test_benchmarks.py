"""The README's section of benchmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.bench.readme import BEGIN, END, insert
from tests.conftest import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = {
    "date": "2026-01-31T12:00:00+00:00",
    "processor": "Some CPU",
    "cores": 2,
    "memory_gb": 15.6,
    "system": "Linux 6.1",
    "postgresql": "18.4",
    "server": "loopback TCP, fsync on",
    "python": "3.11.7",
    "psycopg": "3.3.0",
    "libpq": 180000,
    "dbmate": "2.36.0",
}
SIZES = {
    "statements": 100_000,
    "million": 1_000_000,
    "copy_rows": 1,
    "ddl_statements": 1,
    "large": 1_000_000,
}


def row(*figures: dict[str, Any]) -> dict[str, Any]:
    runs = {"runner": [{"seconds": 1.5}, {"seconds": 1.7}], "psql": [{"seconds": 30.0}]}
    return {"machine": MACHINE, "sizes": SIZES, "runs": runs, "figures": list(figures)}


def test_it_is_written_between_its_marks_and_again(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
    plots = tmp_path / "plots"
    plots.mkdir()
    (plots / "time_over_statements.svg").touch()
    figure = {"what": "psql / runner", "unit": "x", "median": 18.75, "least": 17.0, "most": 20.0}
    rows = {"inserts": row({**figure, "reach": "at least 15", "reached": True})}
    for _ in range(2):
        insert(readme, rows, plots)
        text = readme.read_text()
        assert text.startswith(f"before\n{BEGIN}\nMeasured on 2026-01-31: Some CPU, 2 cores, ")
        assert text.endswith(f"{END}\nafter\n")
        assert "| 100,000 single-row INSERTs, loopback | 1.60 |  | 30.00 |" in text
        assert text.count("![time over statements](plots/time_over_statements.svg)") == 1
        page = (plots / "README.md").read_text()
        assert "| psql / runner | 18.75 | 17 to 20 | at least 15 |" in page
        assert page.count("![time over statements](time_over_statements.svg)") == 1


def test_what_is_missed_is_said(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"{BEGIN}\n{END}")
    figure = {"what": "memory", "unit": "MB", "median": 21.0, "least": 20.0, "most": 22.0}
    results = tmp_path / "results"
    results.mkdir()
    insert(readme, {"inserts": row({**figure, "reach": "at most 20", "reached": False})}, results)
    assert (
        "| memory | 21 MB | 20 to 22 | at most 20 MB **(missed)** |"
        in (results / "README.md").read_text()
    )


def test_the_readme_has_the_marks() -> None:
    text = (CHECKOUT / "README.md").read_text()
    assert 0 < text.index(BEGIN) < text.index(END)
