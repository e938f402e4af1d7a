"""The simulator as its requests and answers: whose form it takes, what it refuses, what it escapes."""

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import flask
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.family import Phone
from models.message import Direction, Message
from notifications.signatures import Signatures
from notifications.simulated_network import SimulatedNetwork
from tests.web.browser import application
from web.handset import FICTIONAL, FIRST, Handset, handset, unmet_number
from web.thread import AS_FAR_BACK_AS, thread

PUBLIC_URL = "https://texts.example.org"
NOTHING_MORE: Mapping[str, str] = {}
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[flask.Flask]:
    with application(sqlite_url, tmp_path, {"PUBLIC_URL": PUBLIC_URL}) as made:
        yield made


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


def send(client: FlaskClient, body: str, more: Mapping[str, str] = NOTHING_MORE) -> TestResponse:
    return send_with(OURS, client, body, more)


def send_with(
    headers: Mapping[str, str], client: FlaskClient, body: str, more: Mapping[str, str] = NOTHING_MORE
) -> TestResponse:
    form = {"from": FIRST, "body": body, "after": "0", **more}
    return client.post("/simulator", data=form, headers=headers)


def messages(app: flask.Flask) -> list[Message]:
    with app.extensions["lucero"].database.reading() as session:
        return list(session.scalars(sa.select(Message).order_by(Message.id)))


def test_a_few_families_to_begin_with(sqlite_url: str, tmp_path: Path) -> None:
    with application(sqlite_url, tmp_path, example=True) as app:
        page = app.test_client().get("/simulator").text
    assert page.count("<section") == 3
    assert all(whose in page for whose in ("A new family", "Español", "Kreyòl"))


def test_it_opens_without_example_data(client: FlaskClient) -> None:
    assert client.get("/simulator").text.count("<section") == 1


def test_it_is_not_there_where_it_is_off(sqlite_url: str, tmp_path: Path) -> None:
    with application(sqlite_url, tmp_path, {"SIMULATOR": "off"}) as app:
        client = app.test_client()
        assert client.get("/simulator").status_code == 404
        assert send(client, "hola").status_code == 404
        assert "simulator" not in client.get("/").text


def test_a_text_and_its_reply_come_back_as_a_piece_of_the_page(client: FlaskClient, app: flask.Flask) -> None:
    piece = send(client, "hola").text
    kept, reply = messages(app)
    assert (kept.direction, reply.direction) == (Direction.IN, Direction.OUT)
    assert "<html" not in piece
    assert f'data-message="{reply.id}"' in piece
    assert f"{reply.segments} segment" in piece
    assert reply.encoding in piece


def test_only_what_is_new_comes_back(client: FlaskClient, app: flask.Flask) -> None:
    send(client, "hola")
    piece = send(client, "1", {"after": str(messages(app)[-1].id)}).text
    assert piece.count("data-message") == 2


def test_a_text_by_whatsapp_is_one(client: FlaskClient, app: flask.Flask) -> None:
    send(client, "hola", {"from": f"whatsapp:{FIRST}"})
    assert {message.channel for message in messages(app)} == {"whatsapp"}
    assert "hola" not in client.get("/simulator", query_string={"phone": FIRST}).text
    assert "hola" in client.get("/simulator", query_string={"phone": f"whatsapp:{FIRST}"}).text


@pytest.mark.parametrize(
    ("what", "kinds"),
    [("picture", ["image/jpeg"]), ("voice note", ["audio/ogg"]), ("location", ["location"]), ("nothing", [])],
)
def test_what_is_no_text(client: FlaskClient, app: flask.Flask, what: str, kinds: list[str]) -> None:
    assert send(client, "", {"send": what}).status_code == 200
    kept, reply = messages(app)
    assert (kept.body, kept.media) == ("", kinds)
    assert reply.body


def test_a_script_in_a_text_is_escaped(client: FlaskClient) -> None:
    markup = "<script>alert('x')</script>"
    for page in (send(client, markup).text, client.get("/simulator").text):
        assert markup not in page
        assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Origin": "https://texts.example.org"},
        {"Origin": "http://localhost"},
        {"Origin": "https://localhost"},
    ],
)
def test_a_form_of_ours_is_taken(client: FlaskClient, headers: dict[str, str]) -> None:
    assert send_with(headers, client, "hola").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://texts.example.org"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://texts.example.org.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "ftp://localhost"},
        {"Origin": "http://["},
    ],
)
def test_a_form_of_somebody_else_is_refused(client: FlaskClient, app: flask.Flask, headers: dict[str, str]) -> None:
    assert send_with(headers, client, "hola").status_code == 403
    assert messages(app) == []


@pytest.mark.parametrize("wrong", [{"from": "nobody"}, {"from": ""}, {"send": "a bomb"}])
def test_an_odd_form_is_refused(client: FlaskClient, app: flask.Flask, wrong: dict[str, str]) -> None:
    assert send(client, "hola", wrong).status_code == 400
    assert messages(app) == []


def test_an_odd_place_in_the_thread_shows_all_of_it(client: FlaskClient) -> None:
    assert send(client, "hola", {"after": "x"}).text.count("data-message") == 2


def test_without_script_the_page_comes_back(client: FlaskClient) -> None:
    page = "/simulator?phone=%2B14135550150&phone=%2B14135550142"
    answer = client.post(page, data={"from": FIRST, "body": "hola"}, headers=OURS)
    assert answer.status_code == 303
    assert answer.location == f"{page}#sms-14135550142"


def test_a_webhook_that_fails_is_said(client: FlaskClient, app: flask.Flask) -> None:
    liar = SimulatedNetwork(app.wsgi_app, Signatures(["another token"], PUBLIC_URL))
    app.extensions["lucero"] = dataclasses.replace(app.extensions["lucero"], network=liar)
    assert "Not delivered: the webhook answered 403" in send(client, "hola").text
    assert client.post("/simulator", data={"from": FIRST, "body": "hola"}, headers=OURS).status_code == 502


@pytest.mark.parametrize(
    ("asked", "ends"),
    [
        ({"number": "413 555 0199"}, "&phone=%2B14135550199#sms-14135550199"),
        ({"number": "+52 686 555 0114", "channel": "whatsapp"}, "phone=whatsapp:%2B526865550114#whatsapp-526865550114"),
        ({"family": "+12395550101", "channel": "sms"}, "phone=%2B12395550101#sms-12395550101"),
        ({"number": "", "family": ""}, "phone=%2B14135550143#sms-14135550143"),
        ({"number": FIRST}, "simulator?phone=%2B14135550142#sms-14135550142"),
    ],
)
def test_one_more_phone(client: FlaskClient, asked: dict[str, str], ends: str) -> None:
    answer = client.get("/simulator", query_string={"phone": FIRST, "add": "1", **asked})
    assert answer.status_code == 302
    assert answer.location.replace("%3A", ":").endswith(ends)


def test_a_number_that_is_none_is_said_on_the_page(client: FlaskClient) -> None:
    page = client.get("/simulator", query_string={"add": "1", "number": "<b>12"}).text
    assert "&lt;b&gt;12 is not a phone number." in page


def test_no_more_phones_than_a_table_holds(client: FlaskClient) -> None:
    full: dict[str, Any] = {"phone": FICTIONAL[:9], "add": "1", "number": "4135550199"}
    page = client.get("/simulator", query_string=full).text
    assert page.count("<section") == 8
    assert "put one away" in page


def test_phones_that_are_none_are_left_out(client: FlaskClient) -> None:
    page = client.get("/simulator", query_string={"phone": ["x", FIRST, FIRST]}).text
    assert page.count("<section") == 1


def test_a_number_nobody_has_met(app: flask.Flask, client: FlaskClient) -> None:
    send(client, "hola")
    with app.extensions["lucero"].database.reading() as session:
        assert unmet_number(session) == FICTIONAL[1]
        assert unmet_number(session, FICTIONAL[:5]) == FICTIONAL[5]
        assert unmet_number(session, FICTIONAL) == FIRST


def test_what_an_address_is() -> None:
    assert handset("whatsapp:+14135550142") == Handset(FIRST, "whatsapp")
    assert handset(" (413) 555-0142 ") == Handset(FIRST)
    assert handset("whatsapp:maria") is None


def test_a_long_thread_shows_its_end(app: flask.Flask, client: FlaskClient) -> None:
    send(client, "hola")
    with app.extensions["lucero"].database.begin() as session:
        phone = session.scalars(sa.select(Phone).where(Phone.number == FIRST)).one()
        like = session.scalars(sa.select(Message)).first()
        assert like is not None
        session.add_all(
            Message(
                phone_id=phone.id,
                direction=Direction.IN,
                channel="sms",
                purpose="text",
                state=like.state,
                body=f"nr {number}",
                created_at=like.created_at,
            )
            for number in range(AS_FAR_BACK_AS + 10)
        )
    with app.extensions["lucero"].database.reading() as session:
        shown = thread(session, FIRST, "sms")
    assert len(shown) == AS_FAR_BACK_AS
    assert shown[-1].text == f"nr {AS_FAR_BACK_AS + 9}"
