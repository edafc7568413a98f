"""Figures of a round of runs, and what their medians have to reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.bench.inputs import MB
from tests.bench.measure import Measured

Runs = Mapping[str, Measured]


@dataclass(frozen=True, slots=True)
class Claim:
    """A figure of one round, and what its median has to reach; None: it is only told."""

    what: str
    unit: str
    value: Callable[[Runs], float]
    reach: float | None = None
    kind: Literal["at least", "at most"] = "at most"

    def holds(self, median: float) -> bool | None:
        """Whether it is reached."""
        if self.reach is None:
            return None
        return median >= self.reach if self.kind == "at least" else median <= self.reach


def faster(peer: str, reach: float | None, ours: str = "runner") -> Claim:
    """How many times faster than a peer."""
    value: Callable[[Runs], float] = lambda runs: runs[peer].seconds / runs[ours].seconds  # noqa: E731
    return Claim(f"{peer} / {ours}", "x", value, reach, "at least")


def slower(peer: str, reach: float, ours: str = "runner") -> Claim:
    """How much of a peer's time at most."""
    return Claim(
        f"{ours} / {peer}", "x", lambda runs: runs[ours].seconds / runs[peer].seconds, reach
    )


def processor(peer: str) -> Claim:
    """The client's own processor time against a peer's: what a noisy machine changes least."""
    return Claim(
        f"processor time, runner / {peer}", "x", lambda runs: runs["runner"].cpu / runs[peer].cpu
    )


def server_memory(who: str, reach: float | None = None) -> Claim:
    """The backend's peak private memory."""
    return Claim(f"backend's memory, {who}", "MB", lambda runs: runs[who].server_mb, reach)


def client_memory(who: str, reach: float | None = None) -> Claim:
    """The client's peak private memory."""
    return Claim(f"client's memory, {who}", "MB", lambda runs: runs[who].client_mb, reach)


def trips(who: str, reach: float | None = None) -> Claim:
    """Round trips once the connection is up."""
    return Claim(f"round trips, {who}", "", lambda runs: runs[who].round_trips, reach)


def all_trips(who: str) -> Claim:
    """The same of a peer, whichever of its connections they are on."""
    return Claim(f"round trips, {who}", "", lambda runs: runs[who].all_round_trips)


def over_distance(near: str, far: str, seconds: float) -> Claim:
    """The time far away against the time nearby and twelve round trips."""
    return Claim(
        f"{far} / ({near} + 12 round trips)",
        "x",
        lambda runs: runs[far].seconds / (runs[near].seconds + 12 * seconds),
        1.3,
    )


def per_byte(large: str, small: str, reach: float | None) -> Claim:
    """The time for each byte of a large input against that of a small one."""
    return Claim(
        f"time per byte, {large} / {small}",
        "x",
        lambda runs: (
            (runs[large].seconds / runs[large].size) / (runs[small].seconds / runs[small].size)
        ),
        reach,
    )


def speed(label: str, reach: float | None) -> Claim:
    """MB in each second."""
    return Claim(
        label, "MB/s", lambda runs: runs[label].size / runs[label].seconds / MB, reach, "at least"
    )


def above(peer: str, reach: float, ours: str = "runner") -> Iterator[Claim]:
    """Milliseconds more than a peer, by the clock and on the client's processor."""
    yield Claim(
        f"{ours} - {peer}",
        "ms",
        lambda runs: 1000 * (runs[ours].seconds - runs[peer].seconds),
        reach,
    )
    yield Claim(
        f"processor time, {ours} - {peer}",
        "ms",
        lambda runs: 1000 * (runs[ours].cpu - runs[peer].cpu),
    )
