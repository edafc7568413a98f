"""What counts as a difference in rows and sequences: what a run wrote, and what the seed lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from runner import commands
from runner.comparison import DifferencesError
from runner.settings import Settings
from tests.integration.applying import Applier, Told
from tests.servers import unique_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from runner.comparison import Verification


@dataclass
class Verified:
    """Applies with verification, and verifies."""

    apply: Applier
    hint: str | None = None

    def __call__(self, *texts: str, **options: Any) -> Verification:
        """Apply these scripts; return what was found, if it is a difference too."""
        try:
            result = self.apply(*texts, **{"verify": "all", **options})
        except DifferencesError as error:
            self.hint = error.hint
            return error.verification
        assert result.verification is not None
        return result.verification

    def verify(
        self, what: Literal["all", "schema"] = "all", *, strict: bool = False
    ) -> Verification:
        """Compare the database with the scripts that were applied last."""
        settings = Settings(
            scripts=(self.apply.folder,), target=self.apply.conninfo, verify=what, strict=strict
        )
        return commands.verify(settings, Told()).verification

    def sql(self, text: str) -> list[object]:
        return self.apply.sql(text)


@pytest.fixture
def verified(apply: Applier) -> Verified:
    return Verified(apply)


def differences(verification: Verification) -> list[str]:
    """`missing row public.t (id) = (1)`."""
    found = [one.difference for one in verification.found]
    return [" ".join(filter(None, (d.kind, d.object, d.name, d.property))) for d in found]


def rows(verification: Verification) -> int:
    return verification.checked["row"]


GRADES = "CREATE TABLE IF NOT EXISTS grades (id {key} PRIMARY KEY, name text UNIQUE);"
SERIAL, IDENTITY = "serial", "bigint GENERATED ALWAYS AS IDENTITY"
LINKED = """
CREATE TABLE IF NOT EXISTS marks (grade int REFERENCES grades, who text, UNIQUE (grade, who));
INSERT INTO marks SELECT id, 'Ann' FROM grades WHERE name = 'low' ON CONFLICT DO NOTHING;
"""


@pytest.mark.parametrize(
    ("key", "seed", "written"),
    [
        (SERIAL, "DELETE FROM grades; INSERT INTO grades (name) VALUES ('low'), ('high');", 2),
        (IDENTITY, "TRUNCATE grades CASCADE; INSERT INTO grades (name) VALUES ('low');", 1),
        (SERIAL, "INSERT INTO grades (name) VALUES ('low') ON CONFLICT DO NOTHING;", 0),
        (
            "int DEFAULT nextval('id')",
            "INSERT INTO grades (name) SELECT 'low' WHERE NOT EXISTS (SELECT FROM grades);",
            0,
        ),
        (
            IDENTITY,
            "INSERT INTO grades (name) VALUES ('low')"
            " ON CONFLICT (name) DO UPDATE SET name = 'low';",
            1,
        ),
    ],
)
def test_a_seed_is_run_again_and_grows(
    verified: Verified, key: str, seed: str, written: int
) -> None:
    """Whatever numbers the rows get; and those of users are nobody's business."""
    script = f"CREATE SEQUENCE IF NOT EXISTS id; {GRADES.format(key=key)} {seed}"
    assert verified(script).agrees
    again = verified(script)
    assert (again.agrees, rows(again), again.warnings) == (True, written, ())
    verified.sql("SELECT nextval(pg_get_serial_sequence('grades', 'id'))" if "nex" not in key else
                 "SELECT nextval('id')")  # fmt: skip
    grown = verified(script, "INSERT INTO grades (name) VALUES ('top') ON CONFLICT DO NOTHING;")
    assert (grown.agrees, rows(grown)) == (True, written + 1)
    assert verified.verify().agrees


def test_a_new_table_refers_to_ids_that_were_given_before(verified: Verified) -> None:
    seed = "INSERT INTO grades (name) VALUES ('low') ON CONFLICT DO NOTHING;"
    script = GRADES.format(key=SERIAL) + seed
    assert verified(script).agrees
    verified.sql("UPDATE grades SET id = 7; SELECT setval('grades_id_seq', 7)")
    assert verified(script, LINKED).agrees
    assert verified.verify().agrees
    verified.sql("UPDATE marks SET who = 'Bob'")
    assert verified(script, LINKED).agrees  # puts Ann in again
    assert verified.verify().agrees
    verified.sql("DELETE FROM marks WHERE who = 'Ann'")
    assert differences(verified.verify()) == ["missing row public.marks"]
    assert verified.verify("schema").agrees
    assert "row" not in verified.verify("schema").checked


def test_what_the_run_wrote_otherwise_than_the_files_say(verified: Verified) -> None:
    """A trigger of the target changes it; rows that it left alone may be as they like."""
    script = (
        GRADES.format(key=SERIAL)
        + """
    INSERT INTO grades (name) VALUES ('low'), ('high') ON CONFLICT DO NOTHING;"""
    )
    assert verified(script).agrees
    verified.sql(
        """
        UPDATE grades SET name = 'edited' WHERE name = 'low';
        CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
        CREATE TRIGGER up BEFORE INSERT ON grades FOR EACH ROW EXECUTE FUNCTION up();
        """
    )
    found = verified(script)
    assert differences(found) == [
        "extra trigger public.grades.up",
        "extra row public.grades (id) = (3)",
        "extra row public.grades (id) = (4)",
    ]
    assert not verified(script, verify="schema").agrees  # the trigger
    diff, skip = (verified.hint or "").splitlines()
    assert diff.startswith("For the SQL that corrects the target: python -m runner diff ")
    assert skip == "To apply them without a comparison: --no-verify"
    verified.sql("DROP FUNCTION up CASCADE")
    found = verified(script, verify="schema")
    assert (found.agrees, "row" in found.checked) == (True, False)
    verified.sql("DELETE FROM grades WHERE id > 2; UPDATE grades SET name = 'low' WHERE id = 1")
    verified.sql("UPDATE grades SET name = 'none' WHERE name = 'high'")
    assert differences(verified.verify()) == ["changed row public.grades (id) = (2) name"]


PRODUCTS = """
CREATE TABLE IF NOT EXISTS products (id {key} PRIMARY KEY, name text UNIQUE, price int);
CREATE TABLE IF NOT EXISTS prices (product int, price int, at timestamptz DEFAULT now());
CREATE SEQUENCE IF NOT EXISTS numbers;
CREATE OR REPLACE FUNCTION number() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN NEW.id := nextval('numbers'); RETURN NEW; END $$;
CREATE OR REPLACE FUNCTION log() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN INSERT INTO prices VALUES (NEW.id, NEW.price); RETURN NEW; END $$;
DROP TRIGGER IF EXISTS up ON products;
CREATE TRIGGER up {trigger} ON products FOR EACH ROW EXECUTE FUNCTION {function}();
"""
AB = "INSERT INTO products (name, price) VALUES ('a', 5), ('b', 6);"
UPSERT = "INSERT INTO products VALUES (1, 'a', 5) ON CONFLICT (id) DO UPDATE SET name = 'a'"


@pytest.mark.parametrize(
    ("key", "trigger", "function", "seed", "change", "not_verified"),
    [
        (SERIAL, "AFTER INSERT", "log", f"DELETE FROM prices; DELETE FROM products; {AB}", "", 0),
        ("int", "BEFORE INSERT", "number", f"DELETE FROM products; {AB}", "", 0),
        ("int", "AFTER UPDATE", "log", f"{UPSERT};", "", 1),
        ("int", "AFTER UPDATE", "log", f"{UPSERT};", "UPDATE products SET price = 7", 1),
        (
            "int",
            "AFTER DELETE",
            "number",
            f"{UPSERT}; DELETE FROM prices; INSERT INTO prices SELECT id, price FROM products;",
            "UPDATE products SET price = 7",
            1,
        ),
    ],
)
def test_rows_that_depend_on_those_before_are_no_difference(
    verified: Verified,
    key: str,
    trigger: str,
    function: str,
    seed: str,
    change: str,
    not_verified: int,
) -> None:
    """Numbers copied without a foreign key, or given by a trigger; logs of what was there."""
    script = PRODUCTS.format(key=key, trigger=trigger, function=function)
    assert verified(script, seed).agrees
    if change:
        verified.sql(change)
    for _ in range(2):
        again = verified(script, seed)
        assert (again.agrees, len(again.warnings)) == (True, not_verified)
    assert verified.verify().agrees == (not change)


def test_copied_numbers_are_compared_in_the_same_way_beside_roles(verified: Verified) -> None:
    """The reference is then built before the run, and the scripts run in it once more."""
    script = f"""
    CREATE ROLE {(role := unique_name())}; DROP ROLE {role};
    CREATE TABLE IF NOT EXISTS a (id serial PRIMARY KEY, n text);
    CREATE TABLE IF NOT EXISTS b (a int, n text);
    DELETE FROM b; DELETE FROM a; INSERT INTO a (n) VALUES ('x'), ('y');
    INSERT INTO b SELECT id, n FROM a;
    """
    for _ in range(2):
        assert verified(script).agrees
        assert verified.verify().agrees
    verified.sql("UPDATE b SET n = 'z' WHERE n = 'y'")
    assert differences(verified.verify()) == ["missing row public.b"]


def test_rows_of_others_that_the_run_updates_are_no_difference(verified: Verified) -> None:
    verified.sql(
        "CREATE TABLE posts (id int PRIMARY KEY, t text); INSERT INTO posts VALUES (9, 'A')"
    )
    script = """
    CREATE TABLE IF NOT EXISTS posts (id int PRIMARY KEY, t text);
    ALTER TABLE posts ADD COLUMN IF NOT EXISTS slug text, ALTER COLUMN id TYPE bigint;
    INSERT INTO posts VALUES (1, 'B') ON CONFLICT DO NOTHING;
    SAVEPOINT one; UPDATE posts SET slug = lower(t); RELEASE one;
    """
    assert verified(script).agrees
    assert verified.sql("SELECT slug FROM posts ORDER BY id") == ["b", "a"]


def test_an_edited_seed_row_stops_no_later_change(verified: Verified) -> None:
    script = """
    CREATE TABLE IF NOT EXISTS places (id int PRIMARY KEY, name text);
    INSERT INTO places VALUES (1, 'here') ON CONFLICT (id) DO NOTHING;
    """
    assert verified(script).agrees
    verified.sql("UPDATE places SET name = 'there'")
    kept = verified(script)
    assert (kept.agrees, kept.kept, rows(kept)) == (True, ("public.places",), 0)
    assert verified(script, "ALTER TABLE places ADD COLUMN note text;").agrees
    assert differences(verified.verify()) == ["changed row public.places (id) = (1) name"]


@pytest.mark.parametrize("default", ["current_user", "gen_random_uuid()::text", "now()::text"])
def test_written_values_are_compared_whatever_the_default(verified: Verified, default: str) -> None:
    default = default if "uuid" not in default else "md5(random()::text)"
    script = f"""
    CREATE TABLE IF NOT EXISTS login (id int PRIMARY KEY, role text DEFAULT {default},
                                      at timestamptz DEFAULT now());
    INSERT INTO login VALUES (1, 'guest', '2020-01-01') ON CONFLICT DO NOTHING;
    INSERT INTO login (id, role) VALUES (2, 'admin') ON CONFLICT DO NOTHING;
    """
    assert verified(script).agrees
    assert verified.verify().agrees
    verified.sql("UPDATE login SET role = 'super', at = '2021-01-01'")
    assert differences(verified.verify()) == [
        "changed row public.login (id) = (1) role",
        "changed row public.login (id) = (2) role",
        "changed row public.login (id) = (1) at",
    ]


def test_written_values_beside_random_ones_are_compared(verified: Verified) -> None:
    script = """
    CREATE TABLE t (id int PRIMARY KEY, u text DEFAULT md5(random()::text), at date DEFAULT now());
    INSERT INTO t VALUES (1, 'written', '2020-01-01');
    INSERT INTO t (id, u) VALUES (3, 'written');
    INSERT INTO t (id) VALUES (2);
    """
    assert verified(script).agrees
    verified.sql("UPDATE t SET at = at - 1 WHERE id > 1; UPDATE t SET u = 'other' WHERE id = 2")
    assert verified.verify().agrees
    verified.sql("UPDATE t SET u = 'other'")
    assert sorted(differences(verified.verify())) == [
        "changed row public.t (id) = (1) u",
        "changed row public.t (id) = (3) u",
    ]
    verified.sql("UPDATE t SET id = 9 WHERE id = 2")
    assert "missing row public.t (id) = (2)" in differences(verified.verify())


def test_times_that_differ_from_row_to_row(verified: Verified) -> None:
    """DEFAULT now() and written times side by side; equal in content, elsewhere in time."""
    script = """
    CREATE TABLE t (id int PRIMARY KEY, day date DEFAULT now(), at timestamp(0) DEFAULT now());
    INSERT INTO t VALUES (1, '2020-01-01', DEFAULT), (2, DEFAULT, '2020-01-02 10:00'),
      (3, DEFAULT, DEFAULT);
    """
    assert verified(script).agrees
    verified.sql("UPDATE t SET at = at - interval '1 day', day = day - 1 WHERE id = 3")
    assert verified.verify().agrees
    verified.sql("UPDATE t SET day = day - 1 WHERE id = 1")
    assert differences(verified.verify()) == ["changed row public.t (id) = (1) day"]


STEPS = "CREATE TABLE IF NOT EXISTS steps (id {}, name text, at timestamptz DEFAULT now());"


@pytest.mark.parametrize(
    ("key", "insert"),
    [
        ("serial PRIMARY KEY", "INSERT INTO steps (name) VALUES ('one'), ('two')"),
        (
            "text PRIMARY KEY DEFAULT md5(random()::text)",
            "INSERT INTO steps (name) VALUES ('one'), ('two') ON CONFLICT (id) DO NOTHING",
        ),
    ],
)
def test_rows_that_a_repeated_seed_doubles_are_a_warning(
    verified: Verified, key: str, insert: str
) -> None:
    script = STEPS.format(key) + insert + ";"
    assert verified(script).warnings == ()
    found = verified(script)
    assert found.agrees
    (warning,) = found.warnings
    assert "have inserted 2 rows into public.steps that it had already" in warning.message
    assert "public.steps" in " ".join(verified.apply.told.messages)
    hint = re.sub(r"\s+", " ", str(warning.hint))
    (index,) = re.findall(r"CREATE UNIQUE INDEX [^;]*;", hint)
    (conflict,) = re.findall(r"ON CONFLICT .*", hint)
    verified.sql("DELETE FROM steps a USING steps b WHERE a.name = b.name AND a.ctid > b.ctid")
    bare = insert.partition(" ON CONFLICT")[0]
    for _ in range(2):
        found = verified(f"{STEPS.format(key)} {index} {bare} {conflict};")
        assert (found.agrees, found.warnings) == (True, ())
    assert verified.sql("SELECT count(*) FROM steps") == [2]


def test_the_sequence_is_compared_with_that_of_the_container(verified: Verified) -> None:
    """Behind in both: a warning, whose setval helps. Behind in the target alone: a difference."""
    script = """
    CREATE TABLE IF NOT EXISTS a (id serial PRIMARY KEY, n int);
    INSERT INTO a (id) VALUES (1), (2) ON CONFLICT DO NOTHING;
    """
    (warning,) = verified(script).warnings
    assert "public.a_id_seq has not been called, but public.a.id holds 2" in warning.message
    assert verified.verify().warnings == (warning,)
    assert verified(script).warnings == ()  # it wrote nothing, and the sequence is as it was
    (setval,) = re.findall(r"SELECT setval.*;", str(warning.hint))
    assert verified(script, setval).warnings == ()
    verified.sql("INSERT INTO a DEFAULT VALUES; SELECT setval('a_id_seq', 1)")
    assert differences(verified.verify()) == ["changed sequence public.a_id_seq last_value"]
    assert verified(script).agrees
    assert verified(script, "SELECT setval('a_id_seq', 9);").agrees
    found = verified(script, setval, allow_loss=("a",))
    assert differences(found) == ["changed sequence public.a_id_seq last_value"]
    assert verified.hint == "To apply them without comparing rows: --verify schema"


def test_rows_that_policies_hide_are_named(
    verified: Verified, as_new_role: Callable[[str], Applier]
) -> None:
    script = """
    CREATE TABLE IF NOT EXISTS meter (tenant text, n int);
    INSERT INTO meter SELECT 'a', 1 WHERE NOT EXISTS (SELECT FROM meter);
    ALTER TABLE meter ENABLE ROW LEVEL SECURITY;
    ALTER TABLE meter FORCE ROW LEVEL SECURITY;
    CREATE TABLE IF NOT EXISTS calls (n int);
    CREATE OR REPLACE FUNCTION seen() RETURNS bool LANGUAGE plpgsql VOLATILE
      AS $$ BEGIN RAISE EXCEPTION 'the code of a policy'; END $$;
    DROP POLICY IF EXISTS own ON meter;
    CREATE POLICY own ON meter USING (seen());
    """
    as_superuser = verified(script)
    assert (as_superuser.agrees, as_superuser.warnings, rows(as_superuser)) == (True, (), 1)
    owner = Verified(
        as_new_role("ALTER ROLE {role} CREATEDB; ALTER SCHEMA public OWNER TO {role};")
    )
    for found in (owner(script.replace("IF NOT EXISTS (SELECT FROM meter)", "true"), verify="all"),
                  owner.verify()):  # fmt: skip
        assert found.agrees
        (warning,) = found.warnings
        assert "the rows of public.meter are not verified" in warning.message
        assert rows(found) == 0


RANDOM = """
CREATE TABLE u (id text PRIMARY KEY DEFAULT md5(random()::text || clock_timestamp()), mail text);
INSERT INTO u (mail) VALUES ('a'), ('b');
CREATE TABLE p (u text REFERENCES u, t text);
INSERT INTO p SELECT id, 'hello' FROM u;
INSERT INTO p SELECT id, 'second' FROM u WHERE random() < 0.5;
CREATE TABLE q AS SELECT g FROM generate_series(1, 2) AS g WHERE random() < 0.5;
CREATE TABLE many AS SELECT g FROM generate_series(1, 50 + (random() * 100000)::int) AS g;
"""


def test_random_rows_never_differ_by_chance(verified: Verified) -> None:
    found = verified(RANDOM)
    assert found.agrees
    assert any("public.many" in one.message for one in found.warnings)
    assert rows(found) <= 2 + 4 + 2


TABLES = "CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY); CREATE TABLE IF NOT EXISTS u (a int);"
EACH_TABLE = """
DO $$ DECLARE r regclass; BEGIN
  FOR r IN SELECT oid FROM pg_class WHERE relname IN ('t', 'u') LOOP {} END LOOP;
END $$;
"""
ROLE = "DO $$ BEGIN CREATE ROLE again_reads; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"


@pytest.mark.parametrize(
    "first",
    [
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor;",
        f"{ROLE} GRANT SELECT ON ALL TABLES IN SCHEMA public TO again_reads;",
        EACH_TABLE.format(
            "EXECUTE format('DROP POLICY IF EXISTS p ON %s; CREATE POLICY p ON %1$s', r);"
        ),
        EACH_TABLE.format("EXECUTE format('COMMENT ON TABLE %s IS ''known''', r);"),
        "ALTER TABLE IF EXISTS u ALTER COLUMN a SET DEFAULT 1;",
    ],
)
def test_a_statement_before_what_it_is_for_works_in_the_next_run(
    verified: Verified, first: str
) -> None:
    """The catalog is what two runs build; anything else is a difference as before."""
    for _ in range(3):
        assert differences(verified(first, TABLES)) == []
    assert differences(verified.verify()) == []
    verified.sql("COMMENT ON COLUMN u.a IS 'by hand'; GRANT INSERT ON u TO pg_monitor")
    drifted = differences(verified(first, TABLES))
    assert "changed column public.u.a comment" in drifted
    assert "changed table public.u privileges" in drifted
    assert set(drifted) == set(differences(verified.verify(strict=False)))
    verified.sql(
        "DROP OWNED BY again_reads; DROP ROLE again_reads" if "again_reads" in first else ""
    )


DATED = """CREATE TABLE IF NOT EXISTS dated (id int PRIMARY KEY, name text,
    d date DEFAULT CURRENT_DATE, at timestamptz, month text, age interval, days int[]);
CREATE TABLE IF NOT EXISTS calendar (day date PRIMARY KEY);
DO $$ BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS log_%s ()', to_char(now(), 'YYYYMM'));
    EXECUTE format('COMMENT ON TABLE calendar IS %L', 'of ' || CURRENT_DATE);
    EXECUTE format('CREATE TABLE IF NOT EXISTS made (at text DEFAULT %L)', clock_timestamp());
END $$;
INSERT INTO dated VALUES
    (1, 'it''s now()', CURRENT_DATE - 7, date_trunc('day', now()) - interval '1 day',
     to_char(CURRENT_TIMESTAMP(0), 'YYYY-MM'), age(timestamp '1990-05-05'), '{}'),
    (2, E'\\'CURRENT_DATE', 'tomorrow', 'today', 'x', age('1990-05-05'::date),
     ARRAY[CURRENT_DATE - date '2020-01-01'])
    ON CONFLICT DO NOTHING;
INSERT INTO calendar SELECT generate_series(CURRENT_DATE - 3, CURRENT_DATE, '1 day')
    ON CONFLICT DO NOTHING;
"""
DAYS_BEFORE = """UPDATE dated SET d = d - 400, at = at - interval '400 days',
    age = age - '400 days',
    month = CASE id WHEN 1 THEN to_char(now() - interval '400 days', 'YYYY-MM') ELSE 'x' END,
    days = CASE id WHEN 1 THEN '{{}}' ELSE ARRAY[days[1] - 400] END;
UPDATE calendar SET day = day - 400; COMMENT ON TABLE calendar IS 'of 2020-01-01';
    ALTER TABLE log_{:%Y%m} RENAME TO log_202501;"""


def test_what_is_computed_from_the_date_is_no_difference_on_another_day(
    verified: Verified,
) -> None:
    assert verified(DATED).agrees
    verified.sql(DAYS_BEFORE.format(datetime.now(UTC)))
    assert verified.verify().agrees
    verified.sql("UPDATE dated SET name = '' WHERE id = 2; ALTER TABLE dated ALTER d DROP DEFAULT")
    assert differences(verified.verify()) == [
        "changed column public.dated.d default",
        "changed row public.dated (id) = (2) name",
    ]


def test_scripts_that_fail_on_another_day(verified: Verified) -> None:
    too_old = "DO $$ BEGIN IF now() < '2026-01-01' THEN RAISE 'too old'; END IF; END $$;"
    assert verified(f"CREATE TABLE t (i int); INSERT INTO t VALUES (1); {too_old}").agrees
    verified.sql("UPDATE t SET i = 2")
    assert differences(verified.verify()) == ["missing row public.t"]


@pytest.mark.parametrize("other", ["text", "timestamp", "date"])
def test_times_in_a_column_that_has_another_type(verified: Verified, other: str) -> None:
    script = """
    CREATE TABLE IF NOT EXISTS t (id int PRIMARY KEY, at timestamptz DEFAULT now());
    INSERT INTO t VALUES (1, '2020-01-01 00:00Z'), (2, DEFAULT) ON CONFLICT DO NOTHING;
    """
    assert verified(script).agrees
    verified.sql(f"ALTER TABLE t ALTER at DROP DEFAULT, ALTER at TYPE {other}; DELETE FROM t")
    changed = "changed column public.t.at type"
    assert changed in differences(verified.verify())
    assert changed in differences(verified(script))
