"""`diagram`: the data model as a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from xml.etree import ElementTree

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.readme import README
from tests.servers import Server

# The scripts are built on the server of rehearsals.
pytestmark = pytest.mark.usefixtures("rehearsing_here")

Runner = Callable[..., CompletedProcess[str]]

SVG = "{http://www.w3.org/2000/svg}"
SHOP = r"""
CREATE SCHEMA "Shop";
CREATE TABLE "Shop".customers (
    id bigserial PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, price numeric(10,2) DEFAULT 0);
COMMENT ON TABLE "Shop".customers IS 'who <b>buys</b>';
CREATE TABLE "Shop".profiles (customer_id bigint PRIMARY KEY REFERENCES "Shop".customers);
CREATE TABLE orders (
    id int GENERATED ALWAYS AS IDENTITY, customer bigint NOT NULL REFERENCES "Shop".customers,
    placed date, note text DEFAULT 'a "quoted" 100%', PRIMARY KEY (id, placed)
) PARTITION BY RANGE (placed);
CREATE TABLE orders_2026 PARTITION OF orders FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE special () INHERITS ("Shop".customers);
CREATE TABLE nothing ();
CREATE TABLE "<script>alert(1)</script>" ("a b" int, "</script>" text, parent int);
CREATE VIEW mails AS SELECT email FROM "Shop".customers;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE TRIGGER touched BEFORE UPDATE ON "Shop".customers FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER touched BEFORE INSERT ON nothing EXECUTE FUNCTION touch();
CREATE INDEX by_price ON "Shop".customers (price);
ALTER TABLE "Shop".profiles ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON "Shop".profiles USING (customer_id > 0);
GRANT SELECT ON "Shop".customers TO PUBLIC;
INSERT INTO "Shop".customers (email) VALUES ('a@example.com'), ('<img src=x onerror=alert(2)>');
"""
LINKS = """
    "Shop.customers" ||--o{ orders : "customer"
    "Shop.customers" ||--o| "Shop.profiles" : "customer_id"
    "Shop.customers" ||..o{ special : "inherits"
    orders ||..o| orders_2026 : "partition"
    "Shop.customers" ||..o{ mails : "view"
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder of scripts with what a picture can show."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "01.sql").write_text(SHOP)
    return folder


def test_what_needs_a_superuser_is_left_out(runner: Runner, shop: Path) -> None:
    (shop / "00.sql").write_text(
        "ALTER SYSTEM SET work_mem = '8MB';\nCREATE ROLE boss SUPERUSER;\n"
    )
    ran = runner("diagram", "-s", str(shop), check=0)
    assert "bigserial id PK" in ran.stdout
    assert "00.sql:1:1: WARNING: left out: ALTER SYSTEM" in ran.stderr
    assert "00.sql:2:1: WARNING: left out: permission denied to create role" in ran.stderr
    (shop / "02.sql").write_text("CREATE TABLE wrong (id nosuch);")
    assert 'ERROR: type "nosuch"' in runner("diagram", "-s", str(shop), check=3).stderr


def test_mermaid_on_stdout(runner: Runner, shop: Path, server: Server) -> None:
    printed = runner("diagram", "-s", str(shop), "--reference", server.conninfo(), check=0).stdout
    assert printed.startswith("erDiagram\n")
    links = [line.strip() for line in printed.splitlines() if re.search(r"[|o]\S+[|{o] ", line)]
    expected = [line.strip() for line in LINKS.splitlines() if line]
    assert sorted(links) == sorted(expected)
    for line in (
        "bigserial id PK",
        'varchar(80) email UK "NOT NULL"',
        'numeric(10_2) price "numeric(10,2), 0"',
        "bigint customer_id PK, FK",
        "text note \"'a _quoted_ 100_'::text\"",
        'integer a_b "a b"',  # the comment has the real name
        'text __script_ "</script>"',
        '"<script>alert(1)</script>" {',
    ):
        assert line in printed
    assert "    nothing\n" in printed


def test_a_database_that_is_named(runner: Runner, fresh_database: str) -> None:
    with psycopg.connect(fresh_database) as conn:
        conn.execute("CREATE TABLE only_here (id int)")
    found = json.loads(runner("diagram", "-t", fresh_database, "--json", check=0).stdout)
    assert found["tables"] == 1
    assert "only_here" in found["text"]


def test_a_role_without_rights(
    runner: Runner, fresh_database: str, make_role: Callable[..., str]
) -> None:
    """The catalog is everybody's."""
    with psycopg.connect(fresh_database) as conn:
        conn.execute("CREATE SCHEMA hidden; CREATE TABLE hidden.t (id serial)")
    target = make_conninfo(fresh_database, user=make_role())
    assert "serial id" in runner("diagram", "-t", target, check=0).stdout


@pytest.mark.db
def test_what_check_only_warns_of_does_not_stop_it(runner: Runner, tmp_path: Path) -> None:
    """The user of the container, who is unknown here. What follows from a warning names that."""
    script = tmp_path / "01.sql"
    script.write_text("CREATE TABLE t (i int);\nGRANT SELECT ON t TO owner_of_container;\n")
    assert "integer i" in runner("diagram", "-s", str(tmp_path), check=0).stdout
    script.write_text("CREATE EXTENSION nosuch;\nCREATE TABLE t (i nosuch);\n")
    assert "01.sql:1:1: ERROR: extension" in runner("diagram", "-s", str(tmp_path), check=4).stderr


@pytest.mark.db
def test_a_stale_file(runner: Runner, shop: Path, tmp_path: Path) -> None:
    file = tmp_path / "model.mmd"
    arguments = ("diagram", "-s", str(shop), "-o", str(file))
    assert "is stale" in runner(*arguments, "--check", check=1).stdout
    assert "written: 8 tables" in runner(*arguments, check=0).stdout
    runner(*arguments, "--check", check=0)
    with (shop / "01.sql").open("a") as script:
        script.write("CREATE EXTENSION vector;\nALTER TABLE special ADD more vector(2);\n")
    before = file.read_text()
    runner(*arguments, "--check", check=1)
    assert file.read_text() == before


@pytest.mark.db
@pytest.mark.parametrize("name", ["README.md", "docs/model.svg"])
def test_the_picture_of_the_page(runner: Runner, name: str) -> None:
    """Made by `python -m runner diagram -o NAME`."""
    folder, file = README.parent / "data" / "sql", README.parent / name
    assert name in README.read_text("utf-8") or file == README
    runner("diagram", "-s", str(folder), "-o", str(file), "--check", check=0)


@pytest.mark.db
def test_svg(runner: Runner, shop: Path, tmp_path: Path) -> None:
    runner("diagram", "-s", str(shop), "-o", "model.svg", check=0)
    root = ElementTree.fromstring((tmp_path / "model.svg").read_text())  # noqa: S314, our own
    drawn = root.findall(f".//{SVG}g[@data-table]")
    names = [one.findtext(f"{SVG}text[@class='name']") for one in drawn]
    assert names == [
        *("customers", "profiles", '"<script>alert(1)</script>"', "mails", "nothing"),
        *("orders", "orders_2026", "special"),
    ]
    customers = drawn[0]
    assert customers.find(f"{SVG}path[@class='fires']") is not None
    assert customers.findtext(f"{SVG}title") == 'table "Shop".customers: who <b>buys</b>'
    assert [one.text for one in customers.findall(f"{SVG}text")] == [
        *("customers", "PK", "id", "bigserial", "UK", "email", "varchar(80) NOT NULL"),
        *("price", "numeric(10,2) DEFAULT 0"),
    ]
    ends = {
        (one.get("data-from"), one.get("data-to")): (one.get("marker-start"), one.get("marker-end"))
        for one in root.findall(f".//{SVG}path[@data-from]")
    }
    assert ends["1", "0"] == ("url(#optional)", "url(#one)")
    assert ends["5", "0"] == ("url(#many)", "url(#one)")
    assert ends["6", "5"] == (None, "url(#parent)")
    assert ends["3", "0"] == (None, "url(#read)")
    assert [one.get("data-schema") for one in root.findall(f".//{SVG}g[@class='schema']")] == [
        '"Shop"',
        "public",
    ]


@pytest.mark.db
def test_no_table_covers_the_name_of_its_schema(runner: Runner, tmp_path: Path) -> None:
    """In a picture of many tables, which are packed."""
    table = "CREATE TABLE {0}.t{1} (id int PRIMARY KEY, next int REFERENCES {0}.t{2});"
    tables = "".join(table.format(s, 10 + n, 10 + max(n - 1, 0)) for s in "ab" for n in range(30))
    (tmp_path / "01.sql").write_text(f"CREATE SCHEMA a; CREATE SCHEMA b; {tables}")
    runner("diagram", "-s", str(tmp_path), "-o", "model.svg", check=0)
    root = ElementTree.fromstring((tmp_path / "model.svg").read_text())  # noqa: S314, our own
    assert root.get("class") == "model packed"
    places = re.findall(r"translate\(\S+ (\S+)\)", (tmp_path / "model.svg").read_text())
    for number, schema in enumerate(root.findall(f".//{SVG}g[@class='schema']/{SVG}text")):
        highest = min(map(float, places[30 * number : 30 * number + 30]))
        assert float(schema.get("y", "")) < highest


@pytest.mark.db
def test_what_cannot_be_drawn(runner: Runner, shop: Path, tmp_path: Path) -> None:
    def error(*arguments: str, code: int = 2) -> str:
        return runner("diagram", "-s", str(shop), *arguments, check=code).stderr

    assert "has no known ending" in error("-o", "model.png")
    assert "-o FILE" in error("--check")
    (tmp_path / "page.md").write_text("nothing")
    assert "has no comments for the diagram" in error("-o", "page.md")
    assert "only one target" in error("-t", "host=a", "-t", "host=b")
    (shop / "02.sql").write_text("SELECT 1;\nSELECT nosuch;\n")
    assert "02.sql:2:8" in error(code=3)
