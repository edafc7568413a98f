"""The rows of the benchmark: what is run in turn, and what is claimed of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.bench import claims
from tests.bench.claims import Claim
from tests.bench.contenders import Command, Contenders
from tests.bench.inputs import BLOG, MB, Inputs, script_size
from tests.bench.measure import Measured


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of everything; bytes where nothing else is said."""

    statements: int = 100_000
    million: int = 1_000_000
    copy_rows: int = 2_000_000
    ddl_statements: int = 20_000
    large: int = 1000 * MB
    lexed: int = 200 * MB
    long: int = 50 * MB
    parentheses: int = 100_000
    tables: int = 5_000


QUICK = Sizes(4_000, 40_000, 40_000, 400, 20 * MB, 20 * MB, 5 * MB, 10_000, 100)


@dataclass(frozen=True, slots=True)
class Row:
    """Runs by their label, `contender @ variant` where there are several, and the claims.

    What takes minutes is run in fewer `rounds`.
    """

    runs: Mapping[str, Callable[[], Measured]]
    claims: tuple[Claim, ...] = ()
    rounds: int = 5


class Rows:
    """Makes the rows; a row generates its own inputs."""

    def __init__(self, contenders: Contenders, inputs: Inputs, sizes: Sizes) -> None:
        self.who = contenders
        self.inputs = inputs
        self.sizes = sizes
        who = contenders
        self.peers: dict[str, Command] = {
            "runner": who.runner,
            "psql": who.psql,
            "psql -1": who.psql_1,
            "dbmate": who.dbmate,
        }
        self.verified: dict[str, Command] = {"verified": who.verified} if who.verifies else {}

    def inserts(self) -> Row:
        """Single-row INSERTs over loopback: time, and memory on both ends."""
        folder = self.inputs.inserts(self.sizes.statements)
        peers = {**self.peers, **self.verified, "bare psycopg": self.who.bare}
        verified = [
            claims.slower("runner", 1.8, "verified"),
            claims.slower("bare psycopg", 0.95, "verified"),
        ]
        return Row(
            {name: partial(self.who.measure, peer, folder) for name, peer in peers.items()},
            (
                claims.faster("psql", None),
                claims.faster("psql -1", 14),
                claims.faster("dbmate", 2),
                claims.slower("bare psycopg", 0.60),
                *(verified if self.verified else ()),
                claims.processor("bare psycopg"),
                claims.server_memory("runner", 8),
                claims.client_memory("runner", 60),
                *map(claims.server_memory, ("psql -1", "dbmate", "bare psycopg")),
                *map(claims.client_memory, ("verified", *self.peers) if self.verified else peers),
            ),
        )

    def million(self) -> Row:
        """Ten times as many, where the start of Python does not count."""
        measure = partial(self.who.measure, folder=self.inputs.inserts(self.sizes.million))
        return Row(
            {
                "runner": partial(measure, self.who.runner),
                "bare psycopg": partial(measure, self.who.bare),
            },
            (
                claims.slower("bare psycopg", 0.45),
                claims.server_memory("runner", 8),
                claims.client_memory("runner", 60),
            ),
            rounds=3,
        )

    def unmerged(self) -> Row:
        """Statements that go one by one: UPDATEs by key, INSERTs into a table with a trigger."""
        peers = {
            "runner": self.who.runner,
            "psql -1": self.who.psql_1,
            "bare psycopg": self.who.bare,
        }
        runs, found = {}, []
        for kind in ("UPDATE", "trigger"):
            folder = self.inputs.unmerged(kind, self.sizes.statements)
            for name, peer in peers.items():
                runs[f"{name} @ {kind}"] = partial(self.who.measure, peer, folder)
            ours = f"runner @ {kind}"
            found += [
                claims.slower(f"bare psycopg @ {kind}", 1.5, ours),
                claims.faster(f"psql -1 @ {kind}", 5, ours),
                claims.server_memory(ours, 8),
                claims.client_memory(ours, 60),
            ]
        return Row(runs, tuple(found), rounds=3)

    def latency(self) -> Row:
        """The same behind a distant line, against our own time over loopback."""
        folder = self.inputs.inserts(self.sizes.statements)
        delays = {f"runner @ {ms} ms": ms / 1000 for ms in (0, 10, 50)}
        near, *distant = delays
        return Row(
            {
                label: partial(self.who.measure, self.who.runner, folder, round_trip=delay)
                for label, delay in delays.items()
            },
            (
                *(claims.over_distance(near, far, delays[far]) for far in distant),
                *map(claims.trips, distant),
            ),
        )

    def trips(self) -> Row:
        """Round trips for the blog, once the connection is up."""
        found = [claims.trips("runner", 5), claims.all_trips("psql"), claims.all_trips("dbmate")]
        if self.verified:
            found.append(claims.trips("verified", 7))
        peers = {**self.peers, **self.verified}
        return Row(
            {name: partial(self.who.trips, peer, BLOG) for name, peer in peers.items()},
            tuple(found),
        )

    def distance(self) -> Row:
        """The blog behind lines of several round-trip times."""
        peers = {**self.peers, **self.verified}
        ours = "runner @ 100 ms"
        found = [
            claims.faster("psql @ 100 ms", 3, ours),
            claims.faster("dbmate @ 100 ms", None, ours),
        ]
        if self.verified:
            found.append(claims.faster("psql @ 100 ms", 1.5, "verified @ 100 ms"))
        return Row(
            {
                f"{name} @ {ms} ms": partial(self.who.measure, peer, BLOG, round_trip=ms / 1000)
                for ms in (0, 10, 40, 100)
                for name, peer in peers.items()
            },
            tuple(found),
        )

    def copy(self) -> Row:
        """COPY data over loopback."""
        folder = self.inputs.copy(self.sizes.copy_rows)
        return Row(
            {
                "runner": partial(self.who.measure, self.who.runner, folder),
                "psql": partial(self.who.measure, self.who.psql, folder),
            },
            (
                claims.slower("psql", 1.05),
                claims.processor("psql"),
                claims.client_memory("runner"),
                claims.server_memory("runner"),
            ),
        )

    def large(self) -> Row:
        """Large files, against a tenth of them: time for each byte, and memory."""
        runs, found = {}, []
        whole, tenth = self.sizes.large, self.sizes.large // 10
        for kind in ("INSERT", "COPY", "INSERT .gz"):
            for size in (tenth, whole):
                folder = self._large(kind, size)
                runs[f"{kind} @ {_mb(size)}"] = partial(self.who.measure, self.who.runner, folder)
            label = f"{kind} @ {_mb(whole)}"
            found += [
                claims.per_byte(label, f"{kind} @ {_mb(tenth)}", 1.10),
                claims.client_memory(label, 60),
                claims.server_memory(label, 8),
            ]
        return Row(runs, tuple(found), rounds=1)

    def _large(self, kind: str, size: int) -> Path:
        if kind == "COPY":
            return self.inputs.copy_of(size)
        folder = self.inputs.inserts_of(size)
        return self.inputs.gzipped(folder) if kind.endswith(".gz") else folder

    def ddl(self) -> Row:
        """A schema as pg_dump writes it, behind 10 ms."""
        folder = self.inputs.ddl(self.sizes.ddl_statements)
        measure = partial(self.who.measure, folder=folder, round_trip=0.010)
        return Row(
            {"runner": partial(measure, self.who.runner), "psql": partial(measure, self.who.psql)},
            (claims.faster("psql", 3), claims.server_memory("runner")),
            rounds=1,
        )

    def guard(self) -> Row:
        """A script of one SELECT where there are many tables of ours, against none."""
        measure = partial(self.who.measure, self.who.runner, self.inputs.select())
        full = f"{self.sizes.tables:,} tables"
        template = self.who.template(self.inputs.tables(self.sizes.tables))
        return Row(
            {"empty": measure, full: partial(measure, template=template)},
            tuple(claims.above("empty", 1000, full)),
        )

    def startup(self) -> Row:
        """The blog over loopback, against `import psycopg` alone."""
        runs: dict[str, Callable[[], Measured]] = {
            "import psycopg": partial(self.who.plain, [sys.executable, "-c", "import psycopg"])
        }
        for name, peer in {**self.peers, **self.verified}.items():
            runs[name] = partial(self.who.measure, peer, BLOG)
        verified = [claims.slower("runner", 2.0, "verified")] if self.verified else []
        return Row(runs, (*claims.above("import psycopg", 60), *verified))

    def lexing(self) -> Row:
        """Reading alone: how fast, and that each byte takes as long in any size."""
        inputs, sizes = self.inputs, self.sizes
        folders = {
            "INSERTs": [inputs.inserts_of(size) for size in (MB, sizes.lexed // 10, sizes.lexed)],
            "COPY data": [inputs.copy_of(size) for size in (MB, sizes.lexed)],
            "DDL": [
                inputs.ddl(count) for count in (sizes.ddl_statements // 10, sizes.ddl_statements)
            ],
        }
        for kind in ("literal", "body", "comment"):
            long = (MB, sizes.long // 5, sizes.long)
            folders[f"one {kind}"] = [inputs.long(kind, size) for size in long]
        counts = (sizes.parentheses // 10, sizes.parentheses)
        folders["parentheses"] = [inputs.long("parentheses", count) for count in counts]
        runs, found = {}, []
        least = {"INSERTs": 60, "COPY data": 400, "one literal": 400, "one body": 400}
        for kind, several in folders.items():
            labels = [f"{kind} @ {script_size(folder) / MB:.1f} MB" for folder in several]
            for label, folder in zip(labels, several, strict=True):
                runs[label] = partial(self.who.lexing, folder)
            found.append(claims.speed(labels[-1], least.get(kind)))
            found.append(claims.per_byte(labels[-1], labels[-2], 1.25))
            if kind in ("INSERTs", "one comment"):
                found.append(claims.per_byte(labels[-1], labels[0], 1.25))
            elif len(labels) > 2:
                # What one statement of 1 MB needs stays in the processor's cache.
                found.append(claims.per_byte(labels[-1], labels[0], None))
        return Row(runs, tuple(found))

    def scaling(self) -> Row:
        """Fewer statements than in `inserts`: for the plots."""
        return Row(
            {
                f"{name} @ {count} statements": partial(
                    self.who.measure, peer, self.inputs.inserts(count)
                )
                for count in (self.sizes.statements // 100, self.sizes.statements // 10)
                for name, peer in self.peers.items()
            }
        )


def _mb(size: int) -> str:
    return f"{size // MB} MB"


ROWS: dict[str, Callable[[Rows], Row]] = {
    "inserts": Rows.inserts,
    "million": Rows.million,
    "unmerged": Rows.unmerged,
    "latency": Rows.latency,
    "trips": Rows.trips,
    "distance": Rows.distance,
    "copy": Rows.copy,
    "large": Rows.large,
    "ddl": Rows.ddl,
    "guard": Rows.guard,
    "startup": Rows.startup,
    "lexing": Rows.lexing,
    "scaling": Rows.scaling,
}
