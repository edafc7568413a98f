"""References shared by several targets: one for each server, role, encoding and locale."""

from __future__ import annotations

import threading
from collections.abc import Hashable

from psycopg.conninfo import conninfo_to_dict

from runner.errors import Refused
from runner.reference.reference import Reference
from runner.reference.reference_state import ReferenceState, state_before_run
from runner.reference.spec import ReferenceSpec

# Parameters of a conninfo in which targets with the same reference may differ.
_PER_TARGET = ("dbname", "application_name", "password", "passfile")


class ReferencePool:
    """Builds one reference for all targets with equal properties and keeps it until `close`.

    The first target that asks builds it, before the runs that are compared with it. Threads may ask
    at the same time.
    """

    def __init__(self) -> None:
        self._locks: dict[Hashable, threading.Lock] = {}
        self._states: dict[Hashable, ReferenceState] = {}
        self._open: list[Reference] = []
        self._stopped = False

    def state(self, spec: ReferenceSpec) -> ReferenceState:
        """Return the state that a target should end in; build it if this has not been done.

        A failure is raised for the target that started the build. The next one tries again.
        """
        parameters = conninfo_to_dict(spec.conninfo)
        server = [(one, str(parameters[one])) for one in sorted(parameters.keys() - _PER_TARGET)]
        properties = spec.properties
        lists = properties.extensions, properties.schemas, properties.settings
        key = (*server, properties.options, *lists)
        with self._locks.setdefault(key, threading.Lock()):
            if key not in self._states:
                self._states[key] = self._build(spec)
            return self._states[key]

    def _build(self, spec: ReferenceSpec) -> ReferenceState:
        first, second = Reference(spec), Reference(spec)
        self._open += [first, second]
        if self._stopped:
            raise Refused("the build of the reference database was cancelled")
        try:
            first.start()
            return state_before_run(first, second)
        except BaseException:
            first.close()
            raise

    def stop(self) -> None:
        """Cancel all builds, drop all references, and build no more."""
        self._stopped = True
        for reference in self._open:
            reference.release()

    def close(self) -> None:
        """Stop, and wait until all references are dropped."""
        self.stop()
        for reference in self._open:
            reference.close()
