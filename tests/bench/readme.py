"""What results.json holds, as pages: a short section of the README, and all of it beside it."""

from __future__ import annotations

import os
import re
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- benchmarks: written by python -m tests.bench -->", "<!-- end of benchmarks -->"
_WHAT = {
    "inserts": "{statements:,} single-row INSERTs, loopback",
    "million": "{million:,} single-row INSERTs",
    "unmerged": "{statements:,} statements that cannot be merged",
    "latency": "the same behind a distant line",
    "trips": "the blog scripts: round trips",
    "distance": "the blog scripts at a distance",
    "copy": "COPY data of {copy_rows:,} rows",
    "large": "files of {large_mb:,} MB",
    "ddl": "{ddl_statements:,} DDL statements behind 10 ms",
    "guard": "the guard, in a database of {tables:,} tables of ours",
    "startup": "the blog scripts, loopback",
    "lexing": "reading alone",
}
# Rows whose times say something side by side, and who is in the table's head.
_TIMES = ("inserts", "million", "unmerged", "copy", "ddl", "startup", "distance")
_IN_README = ("inserts", "unmerged", "copy")
_PLOT = "time_over_statements"
_WHO = ("runner", "verified", "psql", "psql -1", "dbmate", "bare psycopg")
Rows = Mapping[str, dict[str, Any]]


def insert(readme: Path, rows: Rows, results: Path) -> None:
    """Puts the short section between its marks, and all tables and plots into the results' page."""
    text = readme.read_text()
    marks = re.escape(BEGIN) + ".*" + re.escape(END)
    new = f"{BEGIN}\n{_short(rows, os.path.relpath(results, readme.parent))}\n{END}"
    readme.write_text(re.sub(marks, lambda _: new, text, count=1, flags=re.DOTALL))
    page, notes = _page(rows, sorted(results.glob("*.svg"))), results / "bounds.md"
    (results / "README.md").write_text(page + (f"\n{notes.read_text()}" if notes.exists() else ""))


def _short(rows: Rows, folder: str) -> str:
    where = next(iter(rows.values()))["machine"]
    shown = {name: rows[name] for name in _IN_README if name in rows}
    return "\n".join(
        [
            f"{_measured(rows)}: {_processors(rows)}, {where['cores']} cores,"
            f" PostgreSQL {where['postgresql']}. [All figures]({folder}/README.md).",
            "",
            *_times(shown),
            "",
            f"![time over statements]({folder}/{_PLOT}.svg)",
        ]
    )


def _page(rows: Rows, plots: Sequence[Path]) -> str:
    """The machine, the times, the figures with what they are to reach, and the plots."""
    parts = ["# Benchmarks", _machine(rows), "\n".join(_times(rows)), "\n".join(_figures(rows))]
    parts += [f"![{path.stem.replace('_', ' ')}]({path.name})" for path in plots]
    return "\n\n".join(parts) + "\n"


def _machine(rows: Rows) -> str:
    where = next(iter(rows.values()))["machine"]
    return (
        f"{_measured(rows)}: {_processors(rows)}, {where['cores']} cores,"
        f" {where['memory_gb']:.0f} GB, {where['system']}; PostgreSQL {where['postgresql']},"
        f" {where['server']}; Python {where['python']}, psycopg {where['psycopg']},"
        f" libpq {where['libpq']}; dbmate {where['dbmate']}. Client and server share the machine."
    )


def _measured(rows: Rows) -> str:
    """When: rows that are measured by themselves replace those of an earlier day."""
    dates = sorted({row["machine"]["date"][:10] for row in rows.values()})
    return f"Measured on {dates[0]}" if len(dates) == 1 else f"Measured {dates[0]} to {dates[-1]}"


def _processors(rows: Rows) -> str:
    """Where: all rounds of a row ran on one machine, but not all rows on the same."""
    names: dict[str, list[str]] = {}
    for name, row in rows.items():
        names.setdefault(row["machine"]["processor"], []).append(_what(name, row))
    usual, *others = sorted(names, key=lambda one: -len(names[one]))
    return usual + "".join(f" ({', '.join(names[one])}: {one})" for one in others)


def _times(rows: Rows) -> Iterator[str]:
    yield f"| seconds, median | {' | '.join(_WHO)} |"
    yield "| --- |" + " ---: |" * len(_WHO)
    for name in _TIMES:
        if name not in rows:
            continue
        variants: dict[str, dict[str, float]] = {}
        for label, runs in rows[name]["runs"].items():
            who, _, variant = label.partition(" @ ")
            median = statistics.median(run["seconds"] for run in runs)
            variants.setdefault(variant, {})[who] = median
        for variant, found in variants.items():
            cells = (f"{found[who]:.2f}" if who in found else "" for who in _WHO)
            yield f"| {_what(name, rows[name], variant)} | {' | '.join(cells)} |"


def _figures(rows: Rows) -> Iterator[str]:
    yield "| | figure | median | least to most | reach |"
    yield "| --- | --- | ---: | ---: | --- |"
    for name, row in rows.items():
        told = [figure for figure in row["figures"] if figure["reach"]]
        for number, figure in enumerate(told):
            unit = f" {figure['unit']}" if figure["unit"] not in ("", "x") else ""
            median, least, most = (_shown(figure[key]) for key in ("median", "least", "most"))
            missed = "" if figure["reached"] else " **(missed)**"
            what = "" if number else _what(name, row)
            yield (
                f"| {what} | {figure['what']} | {median}{unit} | {least} to {most} |"
                f" {figure['reach']}{unit}{missed} |"
            )


def _what(name: str, row: Mapping[str, Any], variant: str = "") -> str:
    sizes = {**row["sizes"], "large_mb": row["sizes"]["large"] // 1_000_000}
    what = _WHAT.get(name, name).format(**sizes)
    return f"{what}, {variant}" if variant else what


def _shown(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.2f}"
