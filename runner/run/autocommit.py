"""A run without a transaction: statement by statement, as psql does."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

from runner.connect.queries import SET_PATH, all_rows
from runner.errors import ConnectionFailed, Refused, RunnerError
from runner.registry import registry
from runner.results import ApplyResult, Notice
from runner.run.context import RunContext
from runner.run.state import RunState

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
        stack.callback(state.close)
        before = _begin(state)
        state.run_scripts()
        _record(state, before)
    return ApplyResult(state.target, tuple(state.scripts.results), state.round_trips)


def _begin(state: RunState) -> registry.RegistryInfo:
    """Take the run's lock; return the registry's state.

    The target's session holds the lock in a transaction, and each script has a session of its own.
    Behind a pooler that would be another one for each statement. Raises Refused, LockNotAvailable
    and ConnectionFailed.
    """
    ctx, conn = state.ctx, state.ctx.session
    opened = state.begin(conn, f"{ctx.timeouts()};")
    if opened.server.backend_pid != conn.info.backend_pid:
        hint = "Connect to the server itself."
        raise Refused("--transaction none through a connection pooler", detail=_POOLED, hint=hint)
    exchange = state.scripts.executor.exchange
    ctx.stop.on_request(lambda: exchange.conn.cancel_statement())
    ctx.observer.notice(_UNGUARDED)
    return opened.registry


def _record(state: RunState, before: registry.RegistryInfo) -> None:
    """Record the run on a connection of its own; the target's may have been idle for too long.

    No tables are recorded: others may have written to them before this transaction. Raises Refused
    for scripts that have created a registry.
    """
    begin = f"BEGIN; {SET_PATH} SELECT pg_catalog.txid_current();"
    asked = registry.info_query(state.ctx.settings.registry_schema)
    with state.ctx.connect() as conn:
        (xid,), (text,) = all_rows(conn, " ".join((begin, *asked)))
        info = registry.RegistryInfo.read(text)
        info.check_after(before)
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
