"""Convert results of commands, and errors, to JSON objects whose keys are their fields' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from runner.comparison import DifferencesError
from runner.errors import RunnerError
from runner.findings import FindingsError
from runner.report.terminal import plural
from runner.results import (
    ApplyResult,
    CheckResult,
    DiagramResult,
    DiffResult,
    Failure,
    LossError,
    Result,
    exit_code,
)

# The fields of an ApplyResult to print, and the fields with other names.
_RUN = ("scripts", "verification", "changes", "loss", "committed", "round_trips", "seconds")
_RENAMED = {"found": "differences", "partially_applied": "half_made"}
_ERROR = ("code", "message", "place", "sqlstate", "detail", "hint", "context")


def to_json(result: Result | Failure, command: str | None) -> dict[str, Any]:
    """Return the object of a result. `command`: None if the command line does not name one."""
    error = _json_value(result.error) if isinstance(result, Failure) else None
    code = exit_code(result)
    return {"command": command, "exit_code": code, **_values(result, command), "error": error}


def _values(result: Result | Failure, command: str | None) -> dict[str, Any]:
    match result:
        case Failure():
            return _failure(result, command)
        case CheckResult():
            return {"findings": _json_value(result.findings), "notes": list(result.notes)}
        case DiagramResult():
            written = ("output", "is_stale", "tables")
            return _fields(result, written if result.output else ("text", "tables"))
        case ApplyResult():
            return _fields(result, ("target", *_RUN, *(() if result.planned else ("databases",))))
        case DiffResult(proof=proof):
            values = _fields(result, ("target", "statements", "left", "proof", "seconds"))
            if proof is not None:
                values["proof"] |= _fields(result, ("checked",)) | {"database": str(proof.database)}
            return values
        case _:
            return dict(_items(result._asdict()))


def _failure(result: Failure, command: str | None) -> dict[str, Any]:
    error = result.error
    values = _fields(result, ("target",))
    if command in ("apply", "plan"):
        values |= _fields(result, ("scripts", "seconds"))
        values |= _fields(error, ("committed", "round_trips"))
        found = error.verification if isinstance(error, DifferencesError) else None
        losses = error.losses if isinstance(error, LossError) else ()
        values |= {"verification": _json_value(found), "loss": _json_value(losses)}
        values["changes"] = None if error.committed is None else []
    if isinstance(error, FindingsError):
        values["findings"] = _json_value(error.findings)
    return values


def _fields(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return dict(_items({name: getattr(value, name) for name in names}))


def _items(fields: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the keys of an object; the keys of a place or a difference become its own keys."""
    for name, value in fields.items():
        if name == "place":
            if "script" not in fields:
                yield "script", value.script if value else None
            yield "line", value.line if value else None
            yield "column", value.column if value else None
            if value and value.included_from:
                yield "included_from", list(value.included_from)
        elif name == "difference":
            yield from value._asdict().items()
        elif name == "checked":
            yield name, {plural(kind): number for kind, number in value.items()}
        elif name != "in_check_only":
            yield _RENAMED.get(name, name), _json_value(value)


def _json_value(value: Any) -> Any:
    match value:
        case RunnerError():
            query = value.query.text if value.query else None
            return {**_fields(value, _ERROR), "query": query}
        case tuple() if hasattr(value, "_asdict"):
            return dict(_items(value._asdict()))
        case tuple():
            return list(map(_json_value, value))
        case float():
            return round(value, 3)
        case datetime():
            return value.isoformat()
        case Path():
            return str(value)
    return value
