"""The page of `diagram`, in a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.acceptance.test_diagram import SHOP
from tests.browser import Page, browser

Runner = Callable[..., CompletedProcess[str]]

pytestmark = [pytest.mark.db, pytest.mark.usefixtures("rehearsing_here")]
MANY = """
DO $$
BEGIN
    FOR n IN 0 .. 19 LOOP
        EXECUTE format('CREATE SCHEMA s%s', n);
    END LOOP;
    FOR n IN 0 .. 999 LOOP
        EXECUTE format('CREATE TABLE s%s.t%s (id int PRIMARY KEY, parent int %s, a int, b text)',
            n % 20, n,
            CASE WHEN n > 0 THEN format('REFERENCES s%s.t%s', n / 7 % 20, n / 7) END);
    END LOOP;
END $$;
"""


@pytest.fixture(scope="module")
def opened(module_path: Path) -> Iterator[Page]:
    """A browser."""
    with browser(module_path / "profile") as found:
        yield found


@pytest.fixture
def page(opened: Page) -> Page:
    """A new tab of it."""
    opened.renew()
    return opened


@pytest.fixture
def shop(runner: Runner, tmp_path: Path, page: Page) -> Page:
    """The page of a model that holds one of each kind, opened."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "01.sql").write_text(SHOP)
    runner("diagram", "-s", "shop", "-o", "shop.html", check=0)
    page.open(tmp_path / "shop.html")
    return page


LISTED = "[...document.querySelectorAll('nav li:not([hidden]) button')].map(one => one.textContent)"
DETAILS = "document.getElementById('details').innerText"
NAMED = """
    application button columnheader complementary graphics-symbol heading image link navigation
    searchbox table
"""


def test_a_table_is_opened_and_closed(shop: Page) -> None:
    shop.click("[data-table='0'] .box")
    text = shop.value(DETAILS)
    for words in (
        '"Shop".customers\n',
        "table · shop/01.sql:3",
        "who <b>buys</b>",
        "varchar(80)",
        "UNIQUE (email)",
        "CREATE INDEX by_price ON",
        "touched shop/01.sql:17",
        "BEFORE UPDATE",
        "PUBLIC: SELECT",
        "ROWS OF THE SCRIPTS: 2",
        "<img src=x onerror=alert(2)>",
        "foreign key from public.orders by customer",
    ):
        assert words in text
    heard = shop.call("Accessibility.getFullAXTree")["nodes"]
    found = [one for one in heard if not one["ignored"] and one["role"]["value"] in NAMED.split()]
    assert [one for one in found if not one["name"]["value"]] == []
    assert {one["role"]["value"] for one in found} == set(NAMED.split())
    hidden = shop.value("document.querySelector('#details details pre').textContent")
    assert "BEGIN RETURN NEW; END" in hidden
    assert shop.value("document.querySelectorAll('.lit.line').length") == 4
    shop.value("buttons[1].click()")
    assert "USING (customer_id > 0)" in shop.value(DETAILS)
    assert "row security" in shop.value(DETAILS)
    shop.value("buttons[4].click()")
    assert "touched shop/01.sql:18" in shop.value(DETAILS)
    shop.value("buttons[6].click()")
    assert "FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')" in shop.value(DETAILS)
    assert "partition to public.orders" in shop.value(DETAILS)
    shop.value("details.scrollTop = 0, dispatchEvent(new Event('beforeprint'))")
    assert shop.value("[view.x, view.width]") == [0, shop.value("fullWidth")]
    shop.value("dispatchEvent(new Event('afterprint'))")
    shop.press("Escape")
    assert shop.value("document.getElementById('details').hidden")
    assert shop.complaints() == []


def test_search_zoom_and_fold(shop: Page) -> None:
    shop.press("/")
    shop.call("Input.insertText", text="A B")
    assert shop.value(LISTED) == ['"<script>alert(1)</script>"']
    assert shop.value("document.getElementById('found').textContent") == "1 of 8 tables"
    shop.press("Enter")
    assert shop.value(DETAILS).startswith('public."<script>alert(1)</script>"')
    assert shop.value("document.activeElement.id") == "details"
    shop.click("#whole")
    before = shop.value("view.width")
    shop.click("#in")
    assert shop.value("view.width") < before
    shop.value("picture.focus()")
    shop.press("0")
    assert shop.value("view.width") == before
    shop.click("#fold")
    folded = "[...nodes.values()].every(one => one.classList.contains('away'))"
    shop.value(
        "new Promise(done => (function look() {"
        f" if ({folded}) done(); else requestAnimationFrame(look); }})())"
    )
    assert shop.complaints() == []


def test_no_table(runner: Runner, tmp_path: Path, page: Page) -> None:
    (tmp_path / "01.sql").write_text("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';")
    runner("diagram", "-s", ".", "-o", "none.html", check=0)
    page.open(tmp_path / "none.html")
    assert page.value("list.innerText") == "No tables"
    assert page.complaints() == []


def test_a_star_is_no_strip(runner: Runner, tmp_path: Path, page: Page) -> None:
    """All tables beside each other would be too small to read; names of schemas are on top."""
    star = (f"CREATE TABLE t{n} (id int PRIMARY KEY REFERENCES t0);" for n in range(60))
    (tmp_path / "01.sql").write_text("\n".join(star))
    runner("diagram", "-s", ".", "-o", "star.html", check=0)
    page.open(tmp_path / "star.html")
    assert 0.25 < page.value("fullWidth / fullHeight") < 4
    assert page.value("svg.lastElementChild.textContent") == "public"
    folded = "list.querySelector('details').open"
    page.click(".model > text")
    assert page.value(folded) is False
    assert page.complaints() == []


def test_a_thousand_tables(runner: Runner, tmp_path: Path, page: Page) -> None:
    """They are all placed, without overlapping, and folded by schema."""
    folder = tmp_path / "big"
    folder.mkdir()
    (folder / "01.sql").write_text(MANY)
    runner("diagram", "-s", "big", "-o", "big.html", check=0)
    page.open(tmp_path / "big.html")
    assert page.value("nodes.size") == 1000
    assert page.value("lines.length") == 999
    assert page.value("[...groups.values()].filter(one => one.part.open).length") == 0
    boxes = "[...nodes.values()].map(placed)"
    overlapping = """(all => all.filter((a, i) => all.some((b, k) => k < i
        && a.x < b.x + b.width && b.x < a.x + a.width
        && a.y < b.y + b.height && b.y < a.y + a.height)).length)"""
    assert page.value(f"{overlapping}({boxes})") == 0
    assert page.value("Math.max(fullWidth, fullHeight)") < 15_000
    page.press("/")
    page.call("Input.insertText", text="t777")
    page.press("Enter")
    assert page.value(DETAILS).startswith("s17.t777\n")
    assert page.complaints() == []
