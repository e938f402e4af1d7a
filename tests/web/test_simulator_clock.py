"""The clock of the simulator: what moves it, what arrives meanwhile and where, and what the page says of it."""

import datetime as dt
import html
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import wsgi
from models.family import Family
from models.organization import Organization, OrganizationKind
from models.workday import ToldWorkDay
from notifications import simulated_time
from notifications.clock import ring
from notifications.delivery import machine_clock
from notifications.simulated_time import SimulatedClock
from settings import load
from tests.notifications.outbox_rows import add_message, add_phone, all_messages
from tests.web.browser import application
from web.family_zones import family_zones
from web.handset import FICTIONAL, FIRST
from web.unasked import MOST_SHOWN
from web.wall_clock import NEXT, in_words

OURS = {"Sec-Fetch-Site": "same-origin"}
HOUR = dt.timedelta(hours=1)
OTHER = FICTIONAL[9]
WHY = "After work, before their evening ends at 20:00."


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[flask.Flask]:
    with application(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def pieces(app: flask.Flask) -> Any:
    return app.extensions["lucero"]


def move(client: FlaskClient, ahead: str = "hour", moment: str = "", **more: Any) -> TestResponse:
    form = {"ahead": ahead, "moment": moment}
    return client.post("/simulator/clock", query_string={"phone": FIRST}, data=form, **({"headers": OURS} | more))


def remind(app: flask.Flask, number: str | None, **columns: Any) -> None:
    """A reminder to a number (None: any), due in half an hour unless told otherwise."""
    due = pieces(app).clock() + HOUR / 2
    given = {"due_at": due, "try_at": due, "reason": WHY} | columns
    add_message(pieces(app).database, add_phone(pieces(app).database, number), "Mañana <b>a las 8am</b>", **given)


def page_after(client: FlaskClient, moved: TestResponse) -> str:
    assert moved.status_code == 303
    return html.unescape(client.get(moved.location).text)


def test_texts_that_come_in_later_come_later(app: flask.Flask, client: FlaskClient) -> None:
    before = machine_clock()
    move(client)
    client.post("/simulator", data={"from": FIRST, "body": "hola"}, headers=OURS)
    assert len(messages := all_messages(pieces(app).database)) == 2
    assert all(message.created_at >= before + HOUR for message in messages)


def test_an_hour_and_another_hour_are_two(app: flask.Flask, client: FlaskClient) -> None:
    before = machine_clock()
    move(client)
    move(client)
    assert pieces(app).clock() >= before + 2 * HOUR


def test_what_arrived_on_a_phone_says_why_then(app: flask.Flask, client: FlaskClient) -> None:
    due = pieces(app).clock() + HOUR / 2
    remind(app, FIRST)
    page = page_after(client, move(client))
    (sent,) = all_messages(pieces(app).database)
    assert sent.sent_at is not None
    assert dt.timedelta(0) <= sent.sent_at - due < HOUR / 60
    assert "1 text arrived" in page
    assert f"Why then: {WHY}" in page
    assert in_words(sent.sent_at, "UTC") in page
    assert "other phones" not in page


def test_what_arrived_elsewhere_opens_that_phone_beside_the_others(app: flask.Flask, client: FlaskClient) -> None:
    remind(app, OTHER)
    moved = move(client)
    page = client.get(moved.location).text
    assert "Also arrived on other phones" in page
    assert "<b>a las" not in page
    (address,) = [part.split('"')[0] for part in page.split('href="') if OTHER.removeprefix("+") in part.split("#")[0]]
    opened = client.get(html.unescape(address)).text
    assert opened.count("<section") == 2
    assert "bubble ours new" in opened
    assert "other phones" not in opened


def test_only_what_came_since_is_new(app: flask.Flask, client: FlaskClient) -> None:
    remind(app, FIRST)
    move(client)
    page = page_after(client, move(client))
    assert "no texts arrived" in page
    assert "ours new" not in page


def test_replies_do_not_count_as_arrived(client: FlaskClient) -> None:
    moved = move(client)
    client.post("/simulator", data={"from": FIRST, "body": "hola"}, headers=OURS)
    page = page_after(client, moved)
    assert "no texts arrived" in page
    assert "Why then" not in page


def test_very_much_is_counted_and_not_all_listed(app: flask.Flask, client: FlaskClient) -> None:
    for _ in range(MOST_SHOWN + 3):
        remind(app, None)
    page = page_after(client, move(client))
    assert f"{MOST_SHOWN + 3} texts arrived" in page
    assert page.count("Why then") == MOST_SHOWN
    assert "and 3 more" in page


def test_what_was_withheld_has_not_arrived(app: flask.Flask, client: FlaskClient) -> None:
    remind(app, OTHER, expires_at=pieces(app).clock() + HOUR / 2)
    assert "no texts arrived" in page_after(client, move(client))


@pytest.mark.parametrize("ahead", list(NEXT))
def test_each_button_moves_on_the_clock_of_the_first_phone(app: flask.Flask, client: FlaskClient, ahead: str) -> None:
    with pieces(app).database.begin() as session:
        district = Organization(code="D", kind=OrganizationKind.DISTRICT, name="Yuma", zone="America/Phoenix")
        session.add(district)
    until = NEXT[ahead].after(pieces(app).clock(), "America/Phoenix")
    page = page_after(client, move(client, ahead))
    assert in_words(until, "America/Phoenix") in page
    assert in_words(until, "UTC") in page
    assert until <= pieces(app).clock() < until + HOUR / 60


def test_more_than_is_played_at_once_is_said(
    app: flask.Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simulated_time, "MOST_STOPS", 1)
    until = pieces(app).clock() + HOUR
    remind(app, FIRST)
    page = page_after(client, move(client))
    assert f"{in_words(until, 'UTC')} is still ahead" in page
    assert "1 text arrived" in page


@pytest.mark.parametrize(
    ("ahead", "moment", "refusal"),
    [
        ("moment", "2020-01-01T10:00", "has passed"),
        ("moment", "", "Choose a day and a time."),
        ("moment", "9000-01-01T10:00", "more than a year ahead"),
        ("", "", "Choose a day and a time."),
    ],
)
def test_what_is_no_moment_is_said_on_the_page(
    app: flask.Flask, client: FlaskClient, ahead: str, moment: str, refusal: str
) -> None:
    answer = move(client, ahead, moment)
    assert answer.status_code == 400
    assert refusal in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert pieces(app).clock() < machine_clock() + HOUR / 60


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_a_form_of_somebody_else_moves_nothing(app: flask.Flask, client: FlaskClient, headers: dict[str, str]) -> None:
    assert move(client, headers=headers).status_code == 403
    assert pieces(app).clock() < machine_clock() + HOUR / 60


def test_one_process_of_several_moves_nothing(app: flask.Flask, client: FlaskClient) -> None:
    several = {"wsgi.multiprocess": True}
    assert move(client, environ_overrides=several).status_code == 409
    assert pieces(app).clock() < machine_clock() + HOUR / 60
    page = client.get("/simulator", environ_overrides=several).text
    assert "The clock can be moved where one process does everything" in page
    assert "Next evening" not in page


@pytest.mark.parametrize("odd", ["yesterday", "2027-01-01", "", "2027-01-01T00:00:00"])
def test_an_odd_address_shows_the_page_all_the_same(client: FlaskClient, odd: str) -> None:
    answer = client.get("/simulator", query_string={"phone": FIRST, "since": odd, "until": odd})
    assert answer.status_code == 200
    assert "arrived" not in answer.text


def test_the_address_keeps_what_the_page_showed(client: FlaskClient) -> None:
    address = urlsplit(move(client).location)
    assert address.fragment == "moved"
    assert parse_qs(address.query)["phone"] == [FIRST]


def test_where_twilio_is_the_network_nobody_moves_the_clock(sqlite_url: str, tmp_path: Path) -> None:
    twilio = {
        "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
        "TWILIO_AUTH_TOKEN": "token",
        "SECRET_KEY": "k" * 40,
        "PUBLIC_URL": "https://texts.example.org",
    }
    app = wsgi.create_app(load({"DATABASE_URL": sqlite_url, **twilio}, instance=tmp_path))
    assert move(app.test_client()).status_code == 404
    assert pieces(app).clock is machine_clock
    assert pieces(app).time is None
    pieces(app).database.close()


def test_health_goes_by_the_same_clock_as_the_ticks(app: flask.Flask, client: FlaskClient) -> None:
    move(client)
    assert isinstance(pieces(app).clock, SimulatedClock)
    ring(pieces(app).database, pieces(app).bell, pieces(app).clock())
    assert client.get("/readyz").text == "ready\n"


def test_a_familys_zone_is_that_of_its_place(app: flask.Flask) -> None:
    with pieces(app).database.begin() as session:
        state = Organization(code="S", kind=OrganizationKind.STATE, name="State", zone="America/New_York")
        session.add(state)
        session.flush()
        district = Organization(code="D", kind=OrganizationKind.DISTRICT, name="D", parent_id=state.id)
        heber = Organization(code="H", kind=OrganizationKind.DISTRICT, name="H", zone="America/Los_Angeles")
        families = [Family(code=f"F{number}", created_at=machine_clock()) for number in range(3)]
        session.add_all([district, heber, *families])
        session.flush()
        families[0].organization_id = district.id
        families[1].organization_id = families[2].organization_id = heber.id
        session.add(ToldWorkDay(family_id=families[2].id, zone="America/Phoenix", told_at=machine_clock()))
        ids = [family.id for family in families]
        heber_id = heber.id
    for number, family_id in zip(FICTIONAL, ids, strict=False):
        add_phone(pieces(app).database, number, family_id=family_id)
    add_phone(pieces(app).database, FICTIONAL[3], organization_id=heber_id)
    with pieces(app).database.reading() as session:
        zones = family_zones(session, FICTIONAL[:5])
    assert list(zones.values()) == [
        "America/New_York",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Los_Angeles",
        "America/New_York",
    ]
