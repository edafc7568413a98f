"""Lost connections, hints for them and for missing privileges, pauses between attempts. Pure."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping

from runner.connect import aws
from runner.observer import Observer
from runner.texts import first_match

_ON_RDS = " The cluster's master user may grant it: it is a member of rds_superuser."

_FILE = "connect/failures.txt"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 2.0
# admin_shutdown, crash_shutdown, cannot_connect_now, database_dropped, idle_session_timeout,
# idle_in_transaction_session_timeout, transaction_timeout
_CONNECTION_ENDED = {"57P01", "57P02", "57P03", "57P04", "57P05", "25P03", "25P04"}


def privilege_hint(message: str, detail: str | None, user: str, host: str) -> str | None:
    """Return the hint for an insufficient_privilege error (42501); None when none is known."""
    if (found := first_match(_FILE, "42501", f"{message}\n{detail}")) is None:
        return None
    match, text = found
    hint = text.format(match[0], *match.groups(), user=user)
    return hint + (_ON_RDS if aws.is_rds(host) and "superuser" not in hint else "")


def missing_object_hint(sqlstate: str | None, function: bytes | None, message: str) -> str | None:
    """Return the hint for an unavailable extension or a missing role; None for other errors.

    `function` is the C function that raised the error: the message may be in any language.
    """
    found = re.search(r'["\u00ab\u201e](.+?)["\u00bb\u201c]', message)
    name = found[1] if found else "…"
    if sqlstate in ("0A000", "58P01") and b"extension_control_file" in (function or b""):
        name = name.rpartition("/")[2].removesuffix(".control")
        return f"Look into pg_available_extensions on the target for {name}."
    is_role = b"role" in (function or b"").lower() or message.startswith('role "')
    if sqlstate in ("42704", "22023") and is_role:
        quoted = name if re.fullmatch("[a-z_][a-z0-9_]*", name) else f'"{name}"'
        return f"CREATE ROLE {quoted};"
    return None


def hosts_and_ports(parameters: Mapping[str, str]) -> str:
    """Return the hosts and ports for a message."""
    hosts = (parameters.get("host") or parameters.get("hostaddr") or "").split(",")
    ports = parameters.get("port", "").split(",")
    if len(ports) != len(hosts):
        ports = ports[:1] * len(hosts)
    return ", ".join(
        f"{host or 'the local socket'}:{port}" for host, port in zip(hosts, ports, strict=True)
    )


def each_failure(text: str, address: str) -> list[str]:
    """Return the failure of each host and address in psycopg's text, in libpq's words."""
    _, several, each = text.partition("All failures were:\n")
    # "- host: 'a', port: '5432', hostaddr: '::1': connection failed: connection to server at …"
    parts = re.split(r"^- host: ", each, flags=re.MULTILINE)[1:] if several else [text]
    failures: list[str] = []
    for part in parts:
        if several and (named := re.match(r"'?(.*?)'?, port: '?(\d*)'?, ", part)):
            address = f"{named[1]}:{named[2]}"
        if part.rstrip().endswith("connection timeout expired"):
            failures.append(f"connection to {address} failed: timeout expired")
            continue
        part = re.sub(r"^.*?\b(connection failed|connection is bad): ", "", part, flags=re.DOTALL)
        # libpq reports each attempt: with and without TLS, and at each address.
        found = re.split(r"^(?=connection to server )", part, flags=re.MULTILINE)
        failures += [text.strip().replace("\n\t", "\n") for text in found if text.strip()]
    return list(dict.fromkeys(failures))


def is_resuming(failures: Iterable[str]) -> bool:
    """Return whether RDS refuses connections as a cluster does that resumes from zero capacity.

    This holds for connections with TLS: without, the text means that rds.force_ssl is on.
    """
    return any(re.search(r"no pg_hba\.conf entry .*(SSL encryption|SSL on)", f) for f in failures)


def transient_reason(failure: str, *, is_resuming: bool = False) -> str | None:
    """Return why a failure is transient; None for a final one."""
    if is_resuming and "no pg_hba.conf entry" in failure:
        return "the cluster refuses all connections, as it does while it resumes"
    found = first_match(_FILE, "passing", failure)
    return found and found[1]


def hint(text: str, parameters: Mapping[str, str]) -> str | None:
    """Return the hint for a failed connection; None when none is known."""
    if is_resuming([text]) and any(map(aws.is_rds, parameters.get("host", "").split(","))):
        return "the cluster did not resume in time: wait longer with --connect-timeout 3min"
    found = first_match(_FILE, "hint", text)
    return found and found[1].replace("\\n", "\n")


class Backoff:
    """Exponential back-off with a deadline; reports each reason once."""

    def __init__(self, seconds: float, observer: Observer) -> None:
        self._deadline = time.monotonic() + seconds
        self._observer = observer
        self._next = _FIRST_PAUSE
        self._reported: set[str] = set()

    def left(self) -> float:
        """Return the seconds until the deadline."""
        return max(self._deadline - time.monotonic(), 0.0)

    def wait(self, reason: str) -> bool:
        """Pause before the next attempt; return False at once after the deadline."""
        if not (left := self.left()):
            return False
        if reason not in self._reported:
            self._reported.add(reason)
            shown = round(left, 1 if left < 10 else None)
            self._observer.note(f"{reason}; trying for {shown:g} s")
        time.sleep(min(self._next, left))
        self._next = min(self._next * 2, _LONGEST_PAUSE)
        return True


def is_lost(sqlstate: str, message: str) -> bool:
    """Return whether the error is a lost connection: to the server, or from it to another one."""
    if message.startswith("failed to COPY to shard "):  # by Citus: a lost worker
        return True
    if sqlstate == "XX000":  # internal_error: Citus reports libpq's error about a worker
        return transient_reason(message) is not None
    if sqlstate == "08P01":  # protocol_violation, about a message; PgBouncer closes the connection
        return message == "query_wait_timeout"
    return sqlstate in _CONNECTION_ENDED or sqlstate.startswith("08")
