"""The public page, as carriers and parents read it."""

import re
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from flask.testing import FlaskClient

from models.organization import Organization, OrganizationKind
from tests.web.browser import application

TWILIO = {
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "token",
    "SECRET_KEY": "x" * 40,
    "PUBLIC_URL": "https://texts.example.org",
}


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[flask.Flask]:
    with application(sqlite_url, tmp_path) as made:
        yield made


@pytest.fixture
def client(app: flask.Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize(("asked", "tag"), [("en", "en"), ("es", "es"), ("pt", "pt-BR"), ("ht", "ht")])
def test_it_is_in_the_language_asked_for(client: FlaskClient, asked: str, tag: str) -> None:
    answer = client.get(f"/?lang={asked}", headers={"Accept-Language": "en"})
    assert f'<html lang="{tag}">' in answer.text
    assert answer.headers["Content-Language"] == tag


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("es-MX,es;q=0.9,en;q=0.5", "es"),
        ("es-MX,en;q=0.9", "es"),
        ("es;q=0,en", "en"),
        ("pt-BR", "pt-BR"),
        ("pt-PT,en;q=0.1", "pt-BR"),
        ("ht-HT", "ht"),
        ("fr,ht;q=0.3", "ht"),
        ("vi", "en"),
        ("", "en"),
    ],
)
def test_else_in_the_one_the_browser_reads(client: FlaskClient, accepted: str, tag: str) -> None:
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == tag
    assert "Accept-Language" in answer.headers["Vary"]


def test_an_odd_language_is_passed_over(client: FlaskClient) -> None:
    assert client.get("/?lang=quc").headers["Content-Language"] == "en"
    assert client.get("/?lang=%00").status_code == 200


def test_each_language_is_one_link_away(client: FlaskClient) -> None:
    page = client.get("/").text
    for code, endonym in (("en", "English"), ("es", "Español"), ("pt", "Português"), ("ht", "Kreyòl")):
        assert re.search(rf'href="/\?lang={code}"[^>]*>{endonym}<', page)


def test_it_says_what_carriers_look_for(client: FlaskClient) -> None:
    page = client.get("/?lang=en").text
    for words in (
        "school family line",
        "most weeks 3 other messages or fewer",
        "Message and data rates may apply",
        "Text HELP",
        "Text STOP",
        "STOP, ALTO, PARAR, KANPE",
        "We do not sell your number",
        "for marketing",
        "A court can order us",
        "Privacy notice",
    ):
        assert words in page


@pytest.mark.parametrize("language", ["en", "es", "pt", "ht"])
def test_opt_out_words_and_rates_stand_in_every_language(client: FlaskClient, language: str) -> None:
    page = client.get(f"/?lang={language}").text
    assert re.search("STOP, ALTO, PARAR.* KANPE", page)
    assert "%(" not in page


def test_the_numbers_to_text(sqlite_url: str, tmp_path: Path) -> None:
    senders = {"TWILIO_SMS_FROM": "+14135550100", "TWILIO_WHATSAPP_FROM": "+14135550101"}
    lynn = Organization(code="LYN", kind=OrganizationKind.DISTRICT, name="Lynn", numbers=["+17815550199"])
    with application(sqlite_url, tmp_path, TWILIO | senders) as app:
        with app.extensions["lucero"].database.begin() as session:
            session.add(lynn)
        page = app.test_client().get("/").text
    assert '<a href="sms:+14135550100">(413) 555-0100</a> SMS' in page
    assert '<a href="https://wa.me/14135550101">(413) 555-0101</a> WhatsApp' in page
    assert '<a href="sms:+17815550199">(781) 555-0199</a> Lynn' in page


def test_without_a_number_it_says_whom_to_ask(client: FlaskClient) -> None:
    assert "Ask your school for the number" in client.get("/?lang=en").text


def test_the_simulator_is_one_link_away(client: FlaskClient) -> None:
    assert 'href="/simulator"' in client.get("/").text


@pytest.mark.parametrize("path", ["/", "/simulator", "/static/lucero.css", "/nowhere", "/healthz"])
def test_every_answer_forbids_what_is_not_ours(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/?lang=es", "/simulator"])
def test_pages_hold_no_script_or_style_of_their_own(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<style|style=|<script(?![^>]* src=)|\son\w+=|javascript:", page)
    assert not re.findall(r'(?:src|href)="(?!/|#)', page)


def test_every_file_a_page_names_is_there(client: FlaskClient) -> None:
    for path in ("/", "/simulator"):
        for file in re.findall(r'(?:src|href)="(/static/[^"]+)"', client.get(path).text):
            with client.get(file) as answer:
                assert answer.status_code == 200
