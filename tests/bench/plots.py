"""The plots, as SVG, of what results.json holds. Needs matplotlib: the extra `bench`."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt

MB = 1_000_000
Series = dict[str, list[tuple[float, float]]]
Rows = Mapping[str, dict[str, Any]]


def draw(rows: Rows, folder: Path) -> list[Path]:
    """Draws what there are rows for; gives the files."""
    mpl.use("svg")
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "bench", "font.size": 9})
    drawn = [
        _plot(
            _over_statements(rows),
            folder / "time_over_statements.svg",
            ("single-row INSERTs over loopback", "statements", "seconds"),
        ),
        _plot(
            _over_distance(rows),
            folder / "time_over_round_trip.svg",
            ("the blog scripts at a distance", "round-trip time, ms", "seconds"),
            logarithmic=False,
        ),
        _plot(
            _memory(rows),
            folder / "memory_over_size.svg",
            ("peak private memory", "file size, MB", "MB"),
        ),
    ]
    return [path for path in drawn if path is not None]


def _over_statements(rows: Rows) -> Series:
    found: Series = {}
    for label, runs in _runs(rows, "scaling", "inserts"):
        name, _, variant = label.partition(" @ ")
        count = int(variant.split()[0]) if variant else rows["inserts"]["sizes"]["statements"]
        found.setdefault(name, []).append((count, _median(runs, "seconds")))
    return found


def _over_distance(rows: Rows) -> Series:
    found: Series = {}
    for label, runs in _runs(rows, "distance"):
        name, _, variant = label.partition(" @ ")
        found.setdefault(name, []).append((int(variant.split()[0]), _median(runs, "seconds")))
    return found


def _memory(rows: Rows) -> Series:
    found: Series = {}
    for label, runs in _runs(rows, "scaling", "inserts", "large"):
        name = label.partition(" @ ")[0]
        name = {"INSERT": "runner", "COPY": "runner, COPY"}.get(name, name)
        if name not in ("runner", "runner, COPY", "dbmate", "psql -1"):
            continue
        size = runs[0]["size"] / MB
        for side, key in (("client", "client_mb"), ("backend", "server_mb")):
            found.setdefault(f"{name}: {side}", []).append((size, _median(runs, key)))
    return found


def _runs(rows: Rows, *names: str) -> list[tuple[str, list[dict[str, Any]]]]:
    return [item for name in names if name in rows for item in rows[name]["runs"].items()]


def _median(runs: list[dict[str, Any]], key: str) -> float:
    values: list[float] = [run[key] for run in runs]
    return statistics.median(values)


def _plot(
    series: Series, path: Path, words: tuple[str, str, str], *, logarithmic: bool = True
) -> Path | None:
    if not series:
        return None
    title, across, up = words
    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    for name, points in series.items():
        points = sorted(points)
        axes.plot(*zip(*points, strict=True), marker="o", markersize=4, label=name)
    if logarithmic:
        axes.set_xscale("log")
        axes.set_yscale("log")
    axes.set(title=title, xlabel=across, ylabel=up)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path
