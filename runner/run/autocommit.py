"""A run without a transaction: statement by statement, as psql does."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from runner.connect import session
from runner.connect.queries import SET_PATH, all_rows, no_timeouts
from runner.errors import ConnectionFailed, Refused
from runner.registry import registry
from runner.results import ApplyResult, Notice
from runner.run.begin import begin_transaction
from runner.run.state import RunState

if TYPE_CHECKING:
    from psycopg.rows import TupleRow

    from runner.errors import RunnerError
    from runner.run.context import RunContext

_POOLED = (
    "Each statement could run in another session of the server, without the settings and temporary"
    " tables of the one before, and leave its own to other clients."
)
_UNGUARDED = Notice(
    "WARNING", "without a transaction nothing is guarded: what the scripts drop or delete is gone"
)


def run_autocommit(ctx: RunContext) -> ApplyResult:
    """Run the scripts, each statement in its own transaction. Nothing is compared.

    Raises what `run_in_transaction` raises, except DifferencesError.
    """
    state = RunState(ctx)
    with ExitStack() as stack, state.reported_errors(partial(_already_committed, state)):
        before = _begin(state, stack)
        content = all_rows(ctx.session, SET_PATH + before.content_query())
        state.run_scripts()
        _record(state, before, content)
    return ApplyResult(state.target, tuple(state.scripts.results), state.round_trips)


def _begin(state: RunState, stack: ExitStack) -> registry.RegistryInfo:
    """Take the run's lock in a transaction of another session; return the registry's state.

    The lock is held until `stack` ends. Behind a pooler the session may change between two
    statements, so no setting is sent before this is known. Raises Refused, LockNotAvailable and
    ConnectionFailed.
    """
    ctx, conn = state.ctx, state.ctx.session
    found = session.server_info(conn, ctx.settings.connect_timeout)
    state.on_server_info(found)
    if found.backend_pid != conn.info.backend_pid:
        hint = "Connect to the server itself."
        raise Refused("--transaction none through a connection pooler", detail=_POOLED, hint=hint)
    state.lock_monitor.watch(found.backend_pid)
    conn.execute(b"".join(state.scripts.sessions.own_settings()))
    keeper = ctx.connect()
    state.also(keeper)
    stack.callback(state.close)
    timeout = f"SET LOCAL lock_timeout = {round(ctx.settings.lock_timeout * 1000)};"
    opened = begin_transaction(state, keeper, f"{timeout} {no_timeouts(keeper)}")
    ctx.observer.notice(_UNGUARDED)
    return opened.registry


def _record(state: RunState, before: registry.RegistryInfo, content: list[TupleRow]) -> None:
    """Record the run in a transaction of its own.

    No tables are recorded: others may have written to them before this transaction. Raises Refused
    for scripts that have written to the registry, which had this `content` before.
    """
    conn, schema = state.ctx.session, state.ctx.settings.registry_schema
    state.scripts.sessions.leave()
    begin = f"BEGIN; {SET_PATH} SELECT pg_catalog.txid_current();"
    (xid,), (text,) = all_rows(conn, " ".join((begin, *registry.info_query(schema))))
    info = registry.RegistryInfo.read(text)
    is_same = info.oids != before.oids or all_rows(conn, before.content_query()) == content
    info.check_after(before, is_same=is_same)
    all_rows(conn, f"{state.record(info, registry.Entry(xid))}COMMIT")
    state.is_committed()


def _already_committed(state: RunState, error: RunnerError) -> tuple[str, None]:
    exchange, shell_script = state.scripts.executor.exchange, state.scripts.shell_script
    done = [result.name for result in state.scripts.results]
    parts = [f"all of {', '.join(done)}"] if done else []
    last = exchange.last_committed  # an open BEGIN of a script was rolled back
    if last is not None and last.source.name not in done:
        end = last.source.place(last.file_offset(len(last.text) - 1))
        parts.append(f"{last.source.name} up to line {end.line}")
    if shell_script is not None:
        parts.append(f"what {shell_script.name} did")
    what = " and ".join(parts) or "nothing"
    text = f"Not rolled back (--transaction none). Already committed: {what}."
    if isinstance(error, ConnectionFailed) and (place := exchange.unanswered):
        text += f" The result of the statement at {place} is unknown: the connection was lost."
    return text, None
