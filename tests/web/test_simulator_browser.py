"""The simulator in a real Chromium, against a real server."""

import datetime as dt
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from models.migrations import upgrade
from tests.notifications.outbox_rows import add_message, add_phone
from tests.web.browser import application, chromium, served

SMALL: ViewportSize = {"width": 360, "height": 640}
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
TWO = "/simulator?phone=%2B14135550142&phone=whatsapp%3A%2B13055550104"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the example data, made once: each test has a copy."""
    folder = tmp_path_factory.mktemp("example")
    upgrade(f"sqlite:///{folder}/lucero.db")
    with application(f"sqlite:///{folder}/lucero.db", folder, example=True):
        return folder / "lucero.db"


@pytest.fixture
def address(example: Path, tmp_path: Path) -> Iterator[str]:
    copy = shutil.copy(example, tmp_path / "lucero.db")
    with application(f"sqlite:///{copy}", tmp_path) as app, served(app) as url:
        yield url


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:  # noqa: ARG001  # the server goes after the page
    opened = browser.new_page(viewport=LAPTOP)
    opened.set_default_timeout(10_000)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert complaints == [], "the browser refused something, or a script broke"


def phone(page: Page, number: str) -> Locator:
    return page.get_by_role("region", name=number)


def text(page: Page, number: str, words: str) -> Locator:
    """Send a text and return the reply that came last."""
    replies = phone(page, number).locator(".ours")
    before = replies.count()
    field = phone(page, number).get_by_role("textbox", name="Text from")
    field.fill(words)
    field.press("Enter")
    expect(replies).to_have_count(before + 1)
    expect(field).to_have_value("")
    return replies.last


def has_no_horizontal_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_two_phones_side_by_side_hold_two_conversations(page: Page, address: str) -> None:
    page.goto(address + TWO)
    first, second = phone(page, "(413) 555-0142"), phone(page, "(305) 555-0104")
    text(page, "(413) 555-0142", "hello")
    text(page, "(305) 555-0104", "bonjou")
    text(page, "(413) 555-0142", "help")
    assert (first.locator(".family").count(), second.locator(".family").count()) == (2, 1)
    assert first.bounding_box()["x"] < second.bounding_box()["x"]  # type: ignore[index]  # both are visible
    expect(first.get_by_text("SMS")).to_be_visible()
    expect(second.get_by_text("WhatsApp", exact=True)).to_be_visible()


def test_a_reply_says_what_it_costs(page: Page, address: str) -> None:
    page.goto(address + TWO)
    reply = text(page, "(413) 555-0142", "kiero apuntar mis ijos al verano")
    assert re.search(r"[12] segments?, (GSM-7|UCS-2), \d+ of \d+ · es · reply", reply.inner_text())


def test_a_reload_keeps_the_phones_and_what_was_said(page: Page, address: str) -> None:
    page.goto(address + TWO)
    said = text(page, "(413) 555-0142", "hola").inner_text()
    page.reload()
    assert page.get_by_role("region").count() == 2
    assert phone(page, "(413) 555-0142").locator(".ours").inner_text() == said


def test_new_replies_are_read_aloud(page: Page, address: str) -> None:
    page.goto(address + TWO)
    thread = page.get_by_role("log", name="Messages of (413) 555-0142, SMS")
    expect(thread).to_have_attribute("aria-live", "polite")
    text(page, "(413) 555-0142", "hola")
    expect(thread.locator(".ours p")).to_have_attribute("lang", "es")


def test_what_is_no_text_is_sent_and_answered(page: Page, address: str) -> None:
    page.goto(address + TWO)
    one = phone(page, "(413) 555-0142")
    for number, (name, shown) in enumerate(
        [
            ("Picture", "image/jpeg"),
            ("Voice note", "audio/ogg"),
            ("Location", "location"),
            ("Empty", "an empty message"),
        ],
        start=1,
    ):
        one.get_by_role("button", name=name).click()
        expect(one.locator(".family")).to_have_count(number)
        expect(one.locator(".ours")).to_have_count(number)
        expect(one.locator(".family").last).to_contain_text(shown)


def test_texts_sent_in_a_hurry_all_arrive_in_order(page: Page, address: str) -> None:
    page.goto(address + TWO)
    field = phone(page, "(413) 555-0142").get_by_role("textbox", name="Text from")
    hurried = [f"text number {number}" for number in range(5)]
    for words in hurried:
        field.fill(words)
        field.press("Enter")
    sent = phone(page, "(413) 555-0142").locator(".family")
    expect(sent).to_have_count(len(hurried))
    assert [words for words in hurried if words in " ".join(sent.all_inner_texts())] == hurried


def test_a_script_in_a_text_is_only_text(page: Page, address: str) -> None:
    page.goto(address + TWO)
    markup = "<script>document.title='taken'</script><img src=x onerror=alert(1)>"
    text(page, "(413) 555-0142", markup)
    expect(phone(page, "(413) 555-0142").locator(".family")).to_contain_text(markup)
    page.reload()
    assert page.title() == "Lucero: phones"


def test_silence_is_shown(page: Page, address: str) -> None:
    page.goto(address + TWO)
    text(page, "(413) 555-0142", "ALTO")
    one = phone(page, "(413) 555-0142")
    one.get_by_role("textbox", name="Text from").fill("ALTO")
    one.get_by_role("button", name="Send", exact=True).click()
    expect(one.get_by_text("No reply.")).to_be_visible()


def test_phones_are_added_and_put_away(page: Page, address: str) -> None:
    page.goto(address + TWO)
    page.get_by_text("Add a phone").click()
    page.get_by_label("or any number").fill("(239) 555-0101")
    page.get_by_role("radio", name="WhatsApp").check()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(phone(page, "(239) 555-0101")).to_contain_text("Beto, Lupita · Español")
    page.get_by_role("link", name="Put (413) 555-0142 away").click()
    expect(page.get_by_role("region")).to_have_count(2)


def test_the_keyboard_is_enough(page: Page, address: str) -> None:
    page.goto(address + TWO)
    phone(page, "(413) 555-0142").get_by_role("textbox", name="Text from").focus()
    page.keyboard.type("hola")
    page.keyboard.press("Tab")
    expect(phone(page, "(413) 555-0142").get_by_role("button", name="Send", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(phone(page, "(413) 555-0142").locator(".ours")).to_have_count(1)


def test_a_small_screen_shows_one_phone_at_a_time(page: Page, address: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(address + "/simulator")
    assert has_no_horizontal_scroll(page)
    reply = text(page, "(413) 555-0142", "hola, busco ayuda para mis hijos en la escuela")
    expect(reply).to_be_in_viewport()
    second = phone(page, "(239) 555-0101")
    expect(second).not_to_be_in_viewport()
    page.get_by_role("navigation", name="Phones").get_by_role("link", name="Beto, Lupita").click()
    expect(second).to_be_in_viewport(ratio=0.99)
    expect(page.get_by_role("link", name="Beto, Lupita")).to_have_attribute("aria-current", "true")
    text(page, "(239) 555-0101", "hola")
    expect(second.get_by_role("button", name="Empty")).to_be_in_viewport(ratio=1)
    assert has_no_horizontal_scroll(page)


def test_a_small_screen_can_add_a_phone(page: Page, address: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(address + "/simulator")
    page.get_by_text("Add a phone").click()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("region")).to_have_count(4)
    expect(page.get_by_role("region").last).to_be_in_viewport(ratio=0.99)
    assert has_no_horizontal_scroll(page)


@pytest.mark.parametrize("language", ["en", "es", "pt", "ht"])
def test_the_public_page_fits_a_small_screen(page: Page, address: str, language: str) -> None:
    page.set_viewport_size(SMALL)
    page.goto(f"{address}/?lang={language}")
    assert has_no_horizontal_scroll(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_without_script_the_forms_still_work(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + TWO)
    phone(page, "(413) 555-0142").get_by_role("textbox", name="Text from").fill("hola")
    phone(page, "(413) 555-0142").get_by_role("button", name="Send", exact=True).click()
    expect(phone(page, "(413) 555-0142").locator(".ours")).to_have_count(1)
    assert page.get_by_role("region").count() == 2
    context.close()


def remind(app: flask.Flask, number: str, words: str) -> None:
    """A reminder that goes half an hour from now."""
    pieces = app.extensions["lucero"]
    due = pieces.clock() + dt.timedelta(minutes=30)
    phone_id = add_phone(pieces.database, number)
    add_message(pieces.database, phone_id, words, due_at=due, try_at=due, reason="After work.")


def test_the_keyboard_moves_the_clock_and_shows_what_arrived(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    page = browser.new_page(viewport=LAPTOP)
    with application(sqlite_url, tmp_path) as app, served(app) as url:
        remind(app, "+14135550142", "Mañana a las 8am")
        remind(app, "+14135550155", "Mañana a las 9am")
        page.goto(url + TWO)
        page.get_by_role("button", name="In 1 hour").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="2 texts arrived")).to_be_focused()
        arrived = phone(page, "(413) 555-0142").locator(".ours")
        expect(arrived).to_have_count(1)
        expect(arrived).to_contain_text("Lucero, new")
        expect(arrived).to_contain_text("Why then: After work.")
        page.get_by_role("link", name="(413) 555-0155").click()
        expect(phone(page, "(413) 555-0155").locator(".ours")).to_contain_text("Mañana a las 9am")
        expect(page.get_by_role("region")).to_have_count(3)
    page.close()


def test_the_clock_moves_without_script_and_on_a_small_screen(
    browser: Browser, sqlite_url: str, tmp_path: Path
) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=SMALL)
    page = context.new_page()
    with application(sqlite_url, tmp_path) as app, served(app) as url:
        remind(app, "+14135550142", "Mañana a las 8am")
        page.goto(url + TWO)
        moment = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
        page.get_by_label("Another moment").fill(f"{moment:%Y-%m-%dT%H:%M}")
        page.get_by_role("button", name="Go there").click()
        expect(page.get_by_role("heading", name="1 text arrived")).to_be_visible()
        expect(phone(page, "(413) 555-0142").locator(".ours")).to_contain_text("Mañana a las 8am")
        assert page.get_by_text(f"{moment:%a, %b} {moment.day}, {moment:%H:%M} UTC").count() > 0
    context.close()


def test_a_server_that_went_away_is_said(browser: Browser, sqlite_url: str, tmp_path: Path) -> None:
    page = browser.new_page()
    with application(sqlite_url, tmp_path) as app, served(app) as url:
        page.goto(url + TWO)
    one = phone(page, "(413) 555-0142")
    one.get_by_role("textbox", name="Text from").fill("hola")
    one.get_by_role("button", name="Send", exact=True).click()
    expect(one.get_by_text("Lucero does not answer")).to_be_visible()
    page.close()
