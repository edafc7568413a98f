"""What a reference is built from, and why there may be none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import psycopg

from runner import session
from runner.errors import (
    ConnectionFailed,
    LockNotAvailable,
    Refused,
    RunnerError,
    StatementFailed,
)

if TYPE_CHECKING:
    from runner.folder import Folder
    from runner.outline import Outline
    from runner.precheck import Checked
    from runner.results import Target
    from runner.scratch import Likeness
    from runner.settings import Settings

OR_GO_WITHOUT = (
    "--reference CONNINFO names another server where a database can be made for it;"
    " apply and plan go without the comparison with --no-verify."
)
_SMALL_POOL = (
    "The pooler had no connection for it while the run has its own: a pool of one is too small. "
)


class Collision(LockNotAvailable):
    """The run and its reference wait for each other: both change what all databases share."""

    def __init__(self, message: str = "the run and its reference wait for each other") -> None:
        super().__init__(message, hint="wait longer: --lock-timeout")


class Plan(NamedTuple):
    """What a reference is built from, and what it is to be like."""

    conninfo: str
    settings: Settings
    folder: Folder
    checked: Sequence[Checked]
    outline: Outline
    target: Target
    likeness: Likeness

    @property
    def server(self) -> str:
        """The conninfo of the server that has the reference."""
        return self.conninfo if self.settings.reference is None else self.settings.reference

    def given_schemas(self) -> list[str]:
        """Schemas of the target that no script creates: somebody made them for the scripts."""
        return sorted(set(self.likeness.schemas) - self.outline.schemas)


def no_database(role: str) -> Refused:
    """Why this role cannot have a reference."""
    return Refused(
        f"the role {role} may not create databases, and the comparison needs one",
        hint=f"Let a superuser say: ALTER ROLE {role} CREATEDB. Or: {OR_GO_WITHOUT}",
    )


def require_rights(plan: Plan) -> None:
    """Raises Refused when the target's role can make no database, and no other server is named."""
    if plan.settings.reference is not None:
        return
    role = plan.target.user
    if plan.likeness.in_recovery:
        raise Refused(
            "this is a read-only replica: no database can be made here to compare with",
            hint=OR_GO_WITHOUT,
        )
    if not plan.likeness.may_create:
        raise no_database(role)


def told(error: BaseException) -> BaseException:
    """Our error for what failed in the reference, which says that it was there."""
    if isinstance(error, psycopg.Error):
        error = session.driver_error(error)
    if not isinstance(error, RunnerError):
        return error
    if error.sqlstate == "55P03":
        return Collision(f"in the reference database: {error.message}")
    kind = type(error)
    hint = error.hint
    if isinstance(error, StatementFailed):
        kind = Refused if error.sqlstate == "42501" else StatementFailed
        hint = (
            f"{hint + ' ' if hint else ''}This is not the target but an empty database, where the"
            f" scripts have to work too. {OR_GO_WITHOUT}"
        )
    elif isinstance(error, ConnectionFailed):
        small = error.message == "query_wait_timeout"  # PgBouncer's words
        hint = f"{_SMALL_POOL if small else ''}{OR_GO_WITHOUT}"
    return kind(
        f"in the reference database: {error.message}" if error.place else error.message,
        hint=hint,
        detail=error.detail,
        context=error.context,
        place=error.place,
        sqlstate=error.sqlstate,
        severity=error.severity,
    )
