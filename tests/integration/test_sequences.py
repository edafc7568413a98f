"""setval() is not undone by a rollback: after one the runner sets sequences back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from runner import commands
from runner.errors import RunnerError
from runner.settings import Settings
from tests.integration.applying import ALONE, Applier, Told

if TYPE_CHECKING:
    from collections.abc import Callable

MADE = """
CREATE TABLE guests (id serial PRIMARY KEY, name text);
INSERT INTO guests (name) SELECT 'g' || i FROM generate_series(1, 100) AS i;
CREATE SEQUENCE down INCREMENT -1 MAXVALUE 1000 START 1000;
SELECT nextval('down') FROM generate_series(1, 10);
CREATE SEQUENCE unused;
CREATE SEQUENCE set_unused; SELECT setval('set_unused', 50, false);
"""
STATES = "SELECT last_value, is_called FROM {}"
NAMES = ("guests_id_seq", "down", "unused", "set_unused")


def states(apply: Applier) -> dict[str, tuple[int, bool]]:
    return {name: apply.sql(STATES.format(name))[0] for name in NAMES}


@pytest.mark.parametrize(
    "moved",
    [
        "SELECT setval('guests_id_seq', 2)",
        "SELECT setval('guests_id_seq', 2, false), setval('down', 1000, true)",
        "DO $$ BEGIN PERFORM setval('down', 1000, false); END $$",
        "SELECT setval('guests_id_seq', 2); SET ROLE pg_monitor",
        "SAVEPOINT s; SELECT setval('guests_id_seq', 2); ROLLBACK TO s",
        "ALTER SEQUENCE guests_id_seq RESTART",
    ],
)
@pytest.mark.parametrize("fails", [True, False], ids=["apply", "plan"])
def test_a_sequence_that_was_set_is_set_back(apply: Applier, moved: str, fails: bool) -> None:
    apply.sql(MADE)
    before = states(apply)
    if fails:
        with pytest.raises(RunnerError) as caught:
            apply(f"{moved};", "SELECT 1 / 0;")
        text = caught.value.state or ""
        assert text.startswith("Nothing has changed: the transaction was rolled back.")
    else:
        (apply.folder / "01.sql").write_text(f"{moved};")
        given: dict[str, Any] = {
            "target": apply.conninfo,
            "verify": "none",
            "allow_loss": ("guests",),
        }
        settings = Settings(scripts=(apply.folder,), **given)
        commands.plan(settings, told := Told())
        text = " ".join(told.messages)
    assert states(apply) == before
    if "RESTART" not in moved:
        name, value = ("down", 991) if "DO" in moved else ("guests_id_seq", 100)
        assert f"public.{name} to {value}" in text


def test_a_sequence_that_went_on_is_not_lowered(apply: Applier) -> None:
    apply.sql(MADE)

    def go_on() -> None:
        apply.sql("SELECT nextval('guests_id_seq')")
        with psycopg.connect(apply.conninfo, autocommit=True) as conn:
            conn.execute("SELECT setval('guests_id_seq', 300)")

    with pytest.raises(RunnerError) as caught:
        apply("SELECT setval('guests_id_seq', 2);" + ALONE, "SELECT 1 / 0;", at={"02.sql": go_on})
    assert apply.sql(STATES.format("guests_id_seq")) == [(300, True)]
    assert caught.value.state == "Nothing has changed: the transaction was rolled back."


def test_a_sequence_is_set_back_over_a_new_connection(apply: Applier) -> None:
    apply.sql(MADE)

    def kill() -> None:
        apply.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE"
            " datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(RunnerError) as caught:
        apply(
            "SELECT setval('guests_id_seq', 2);" + ALONE,
            "SELECT pg_sleep(60);",
            at={"02.sql": kill},
        )
    assert caught.value.exit_code == 5
    assert apply.sql(STATES.format("guests_id_seq")) == [(100, True)]
    assert "public.guests_id_seq to 100" in str(caught.value.state)


def test_a_second_attempt_knows_the_first_values(apply: Applier) -> None:
    """The guard takes a look at a table: the scripts run twice, and then are refused."""
    apply.sql(MADE)
    with pytest.raises(RunnerError) as caught:
        apply("SELECT setval('guests_id_seq', 2);", "DELETE FROM guests;")
    assert caught.value.exit_code == 4
    assert apply.sql(STATES.format("guests_id_seq")) == [(100, True)]


def test_what_succeeds_keeps_its_sequence(apply: Applier) -> None:
    apply.sql(MADE)
    apply("SELECT setval('guests_id_seq', 200);")
    assert apply.sql(STATES.format("guests_id_seq")) == [(200, True)]


def test_a_role_that_may_not_read_a_sequence(as_new_role: Callable[[str], Applier]) -> None:
    limited = as_new_role(MADE)
    with pytest.raises(RunnerError) as caught:
        limited("SELECT 1;", "SELECT 1 / 0;")
    assert caught.value.state == "Nothing has changed: the transaction was rolled back."


def test_a_role_that_may_set_a_sequence_and_not_read_it(
    as_new_role: Callable[[str], Applier],
) -> None:
    limited = as_new_role(MADE + "GRANT USAGE, UPDATE ON SEQUENCE guests_id_seq TO {role}")
    with pytest.raises(RunnerError) as caught:
        limited("SELECT setval('guests_id_seq', 2);", registry=False)
    assert caught.value.exit_code == 4
    assert "public.guests_id_seq to 100" in str(caught.value.state)


@pytest.mark.needs18
def test_thousands_of_sequences_do_not_fill_the_lock_table(apply: Applier) -> None:
    apply.sql(
        """DO $$ BEGIN
            FOR i IN 1..12000 LOOP
                EXECUTE format('CREATE SEQUENCE s%s', i);
                PERFORM setval(format('s%s', i), 7);
                IF i % 500 = 0 THEN COMMIT; END IF;
            END LOOP;
        END $$"""
    )
    with pytest.raises(RunnerError) as caught:
        apply("SELECT setval('s11999', 2), setval('s1', 1);", "SELECT 1 / 0;")
    assert "public.s1 to 7, public.s11999 to 7" in str(caught.value.state)
