"""What was measured, as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.claims import Claim
from tests.bench.contenders import DBMATE
from tests.bench.measure import Measured

Rounds = Sequence[Mapping[str, Measured]]

_HEAD = f"{'':<52}{'median':>10}{'least':>10}{'most':>10}   reach"


def row_as_json(rounds: Rounds, claims: Sequence[Claim]) -> dict[str, Any]:
    """All runs of a row, and its figures: each is taken of one round, then the median."""
    figures = []
    for claim in claims:
        values = [claim.value(one) for one in rounds]
        median = statistics.median(values)
        figures.append(
            {
                "what": claim.what,
                "unit": claim.unit,
                "median": median,
                "least": min(values),
                "most": max(values),
                "reach": None if claim.reach is None else f"{claim.kind} {claim.reach:g}",
                "reached": claim.holds(median),
            }
        )
    runs = {label: [asdict(one[label]) for one in rounds] for label in rounds[0]}
    return {"figures": figures, "runs": runs}


def table(name: str, row: dict[str, Any]) -> str:
    """A row for people: each run's median time, then the figures."""
    lines = [f"\n{name}", _HEAD]
    for label, runs in row["runs"].items():
        seconds = [run["seconds"] for run in runs]
        middle = statistics.median(seconds)
        lines.append(_line(f"  {label}", (middle, min(seconds), max(seconds)), "s"))
    for figure in row["figures"]:
        values = (figure["median"], figure["least"], figure["most"])
        verdict = {None: "", True: "  yes", False: "  NO"}[figure["reached"]]
        end = f"   {figure['reach']}{verdict}" if figure["reach"] else ""
        lines.append(_line(f"  = {figure['what']}", values, figure["unit"]) + end)
    return "\n".join(lines)


def _line(what: str, values: tuple[float, ...], unit: str) -> str:
    shown = "".join(
        f"{value:>10.3f}" if unit in ("s", "x") else f"{value:>10.1f}" for value in values
    )
    return f"{what:<52}{shown} {unit}"


def machine(server_version: str, *, durable: bool) -> dict[str, Any]:
    """Where and with what it was measured."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "psycopg": psycopg.__version__,
        "libpq": psycopg.pq.version(),
        "postgresql": server_version,
        "dbmate": DBMATE,
        "server": "loopback TCP, no password, no TLS, fsync " + ("on" if durable else "off"),
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in text.splitlines() if "model name" in line]
    return names[0] if names else platform.processor()
