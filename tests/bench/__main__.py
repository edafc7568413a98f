"""`python -m tests.bench`: the runner against psql, dbmate and bare psycopg.

Every round runs each contender once, in another order each time; a figure is taken of each
round, and its median counts. Servers and dbmate are fetched when they are not there. The
results go into the README as well.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

from tests.bench.contenders import Contenders, prepare
from tests.bench.inputs import Inputs
from tests.bench.measure import Measured
from tests.bench.readme import insert
from tests.bench.results import machine, row_as_json, table
from tests.bench.rows import QUICK, ROWS, Row, Rows, Sizes
from tests.conftest import CHECKOUT
from tests.servers import DISK, EMBEDDED_VERSION, server_pool

RESULTS = Path(__file__).parent / "results"
README = CHECKOUT / "README.md"


def main() -> int:
    """Runs the rows that are asked for; 1 when a figure is not reached."""
    args = _parser().parse_args()
    given = {size.name: getattr(args, size.name) for size in fields(Sizes)}
    sizes = replace(
        QUICK if args.quick else Sizes(),
        **{name: value for name, value in given.items() if value is not None},
    )
    output = args.output or (None if args.quick else RESULTS)
    with (
        _inputs(args.inputs) as inputs,
        tempfile.TemporaryDirectory() as home,
        server_pool([EMBEDDED_VERSION], parent=DISK) as pool,
    ):
        server = prepare(pool.get(EMBEDDED_VERSION), durable=not args.no_fsync)
        where = machine(server.version_text, durable=not args.no_fsync)
        print("\n".join(f"{name}: {value}" for name, value in where.items()))
        rows = Rows(Contenders(server, inputs, Path(home)), inputs, sizes)
        results: dict[str, Any] = {}
        for name in args.rows or ROWS:
            row = ROWS[name](rows)
            results[name] = {
                "machine": where,
                "sizes": asdict(sizes),
                **row_as_json(
                    _rounds(row, args.rounds or (min(row.rounds, 2) if args.quick else row.rounds)),
                    row.claims,
                ),
            }
            print(table(name, results[name]), flush=True)
            if output is not None:
                _write(output, {name: results[name]})
    return int(any(f["reached"] is False for row in results.values() for f in row["figures"]))


def _rounds(row: Row, rounds: int) -> list[dict[str, Measured]]:
    """Runs everything of a row in turn, and that so many times, each time in another order."""
    labels = [*row.runs]
    found = []
    for number in range(rounds):
        start = number % len(labels)
        measured = {label: row.runs[label]() for label in labels[start:] + labels[:start]}
        found.append({label: measured[label] for label in labels})
    return found


def _write(folder: Path, rows: dict[str, Any]) -> None:
    """Puts rows into results.json, beside those of earlier runs, and draws the plots anew."""
    path = folder / "results.json"
    folder.mkdir(parents=True, exist_ok=True)
    all_rows = (json.loads(path.read_text()) if path.exists() else {}) | rows
    path.write_text(json.dumps(all_rows, indent=1) + "\n")
    try:
        from tests.bench.plots import draw
    except ModuleNotFoundError:
        print("No plots: they need matplotlib (pip install -e '.[bench]')", file=sys.stderr)
    else:
        draw(all_rows, folder)
    if folder == RESULTS:
        insert(README, all_rows, folder)


@contextmanager
def _inputs(folder: Path | None) -> Iterator[Inputs]:
    if folder is not None:
        yield Inputs(folder.resolve())
        return
    with tempfile.TemporaryDirectory() as scratch:
        yield Inputs(Path(scratch))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("rows", nargs="*", metavar="ROW", help=f"of {', '.join(ROWS)}; default: all")
    add("--quick", action="store_true", help="small sizes, two rounds; no files unless --output")
    add(
        "--rounds",
        type=int,
        metavar="N",
        help="how often everything is run (default: 5, and 1 of what takes minutes)",
    )
    add("--no-fsync", action="store_true", help="a server that need not keep its data")
    add("--inputs", type=Path, metavar="DIR", help="keep the generated scripts here")
    add(
        "--output",
        type=Path,
        metavar="DIR",
        help="where results.json and the plots go (default: tests/bench/results, and the README)",
    )
    for size in fields(Sizes):
        option = f"--{size.name.replace('_', '-')}"
        add(option, type=int, metavar="N", help=f"(default: {size.default:,})")
    return parser


if __name__ == "__main__":
    sys.exit(main())
