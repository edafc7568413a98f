"""References for several targets: those that are alike share one, which is built once."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from psycopg.conninfo import conninfo_to_dict

from runner.errors import Refused
from runner.expected import Expected, built_alone
from runner.reference import Reference

if TYPE_CHECKING:
    from runner.blueprint import Plan

# What differs between the targets of a server, and makes no difference to a reference.
_OF_A_TARGET = ("dbname", "application_name", "password", "passfile")
# Columns of pg_database; which of them there are depends on the server.
_LOCALE = (
    *("datcollate", "datctype", "datlocprovider"),
    *("datlocale", "daticulocale", "daticurules"),
)


@dataclass(slots=True)
class _Group:
    """Targets that are alike; `lock` is held while their reference is built."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    expected: Expected | None = None


class SharedReferences:
    """One reference for all targets on a server that are alike: role, encoding, settings, ….

    It is built before the runs that are held against it, by the first that asks for it, and kept
    until `close`. Threads may ask at the same time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._groups: dict[Hashable, _Group] = {}
        self._open: list[Reference] = []
        self._stopped = False

    def expected(self, plan: Plan) -> Expected:
        """What the target of this plan is to be like. Raises why there is no reference.

        A failure is told to the one who built it; who comes next tries again.
        """
        with self._lock:
            group = self._groups.setdefault(_kind(plan), _Group())
        with group.lock:
            if group.expected is None:
                group.expected = self._build(plan)
            return group.expected

    def _build(self, plan: Plan) -> Expected:
        first, second = Reference(plan), Reference(plan)
        with self._lock:
            if self._stopped:
                raise Refused("the reference was given up")
            self._open += [first, second]
        try:
            first.start()
            return built_alone(first, second)
        except BaseException:
            self._end(first)
            raise
        finally:
            self._end(second)

    def _end(self, one: Reference) -> None:
        one.close()
        with self._lock:
            self._open.remove(one)

    def stop(self) -> None:
        """Ends all of them, whatever they are doing; builds no more."""
        with self._lock:
            self._stopped = True
            for one in self._open:
                one.release()

    def close(self) -> None:
        """Drops all of them."""
        self.stop()
        for one in list(self._open):
            one.close()


def _kind(plan: Plan) -> Hashable:
    """What two targets have to have in common to be alike."""
    given = conninfo_to_dict(plan.conninfo)
    place = [(key, str(given[key])) for key in sorted(given.keys() - _OF_A_TARGET)]
    like = plan.likeness
    locale = tuple(like.database.get(column) for column in _LOCALE)
    return (*place, like.encoding, *locale, like.schemas, like.settings)
