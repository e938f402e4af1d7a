"""Only what Twilio signed for our address is heard; anything else gets 403 and leaves nothing behind."""

from urllib.parse import quote, urlencode

import flask
import pytest
import sqlalchemy as sa
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from models.family import Phone
from models.message import Message
from notifications.signatures import Signatures
from tests.bot.posting import INBOUND, PUBLIC_URL, SECONDARY, Form, database_of, post, signature, sms

DIGITS = {"CallSid": "CA1234567890ABCDE", "Digits": "1234", "To": "+18005551212"}
TWILIOS = [  # as published for the token 12345
    (
        "https://example.com",
        "/myapp.php?foo=1&bar=2",
        DIGITS | {"Caller": "+14158675310", "From": "+14158675310"},
        "L/OH5YylLD5NRKLltdqwSvS0BnU=",
    ),
    (
        "https://mycompany.com",
        "/myapp.php?foo=1&bar=2",
        DIGITS | {"Caller": "+14158675309", "From": "+14158675309"},
        "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
    ),
    (
        "http://mycompany.com:1234",
        "/myapp.php?foo=1&bar=2",
        DIGITS | {"Caller": "+14158675309", "From": "+14158675309"},
        "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=",
    ),
    (
        "https://mycompany.com:443",
        "/myapp.php?foo=1&bar=2",
        DIGITS | {"Caller": "+14158675309", "From": "+14158675309"},
        "kvajT1Ptam85bY51eRf/AJRuM3w=",
    ),
]


def asked(path: str, form: Form, signed: str) -> Request:
    headers = Headers([("X-Twilio-Signature", signed)])
    return Request(EnvironBuilder(path=path, method="POST", data=form, headers=headers).get_environ())


@pytest.mark.parametrize(("origin", "path", "form", "signed"), TWILIOS)
def test_twilios_own_examples(origin: str, path: str, form: dict[str, str], signed: str) -> None:
    signatures = Signatures(["12345"], origin)
    assert signature(origin + path, form, "12345") == signed
    assert signatures.are_right(asked(path, form, signed))
    assert not Signatures(["12346"], origin).are_right(asked(path, form, signed))
    assert not Signatures(["12345"], "https://example.net").are_right(asked(path, form, signed))
    assert not signatures.are_right(asked(path, form | {"Digits": "1235"}, signed))
    assert not signatures.are_right(asked(path, form | {"More": ""}, signed))
    assert not signatures.are_right(asked(path.replace("bar=2", "bar=3"), form, signed))


def test_repeated_keys_are_signed_once_each_in_order() -> None:
    form: Form = {"MessageSid": "SM1", "Values": ["b", "a", "b"]}
    address = PUBLIC_URL + "/somewhere"
    assert signature(address, form) == signature(address, {"MessageSid": "SM1", "Values": ["a", "b"]})
    right = asked("/somewhere", form, signature(address, form, "12345"))
    assert Signatures(["12345"], PUBLIC_URL).are_right(right)


def traces(app: flask.Flask) -> int:
    with database_of(app).reading() as session:
        return sum(session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0 for kind in (Phone, Message))


def sent(app: flask.Flask, form: Form, path: str = INBOUND, **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().post(path, data=form, headers=named).status_code


def signed(form: Form, path: str = INBOUND) -> str:
    return signature(PUBLIC_URL + path, form)


def test_what_is_not_signed_is_refused_and_leaves_no_trace(sqlite_app: flask.Flask) -> None:
    form = sms("hola")
    right = signed(form)
    for wrong in ("", "nonsense", "ñandú", right[:-2], right + "=", right.lower(), signature(PUBLIC_URL, form)):
        assert sent(sqlite_app, form, X_Twilio_Signature=wrong) == 403
    assert sent(sqlite_app, form) == 403
    assert sent(sqlite_app, form | {"Body": "otra cosa"}, X_Twilio_Signature=right) == 403
    assert sent(sqlite_app, form | {"More": "1"}, X_Twilio_Signature=right) == 403
    assert sent(sqlite_app, {}, X_Twilio_Signature=right) == 403
    assert traces(sqlite_app) == 0
    assert sent(sqlite_app, form, X_Twilio_Signature=right) == 200


def test_a_refusal_is_an_empty_page(sqlite_app: flask.Flask) -> None:
    response = sqlite_app.test_client().post(INBOUND, data=sms("hola"))
    assert (response.status_code, response.data) == (403, b"")


def test_a_body_that_is_no_form_is_refused(sqlite_app: flask.Flask) -> None:
    client = sqlite_app.test_client()
    assert client.post(INBOUND, json={"From": "+14135550142"}).status_code == 403
    assert (
        client.post(INBOUND, data=b"\xff\xfe%%%&&==", content_type="application/x-www-form-urlencoded").status_code
        == 403
    )
    assert client.get(INBOUND).status_code == 405
    assert traces(sqlite_app) == 0


@pytest.mark.parametrize("query", ["n=%C3%A9", "a=%7B%2F%41", "x=1&x=2&y=", "q=a+b%20c", "%C3%A9", "a=1;b=2"])
def test_a_query_is_signed_as_it_was_sent(sqlite_app: flask.Flask, query: str) -> None:
    form = sms("hola")
    path = f"{INBOUND}?{query}"
    assert sent(sqlite_app, form, path, X_Twilio_Signature=signed(form, path)) == 200
    assert sent(sqlite_app, form, path, X_Twilio_Signature=signed(form)) == 403


def test_what_a_proxy_or_a_host_header_says_counts_for_nothing(sqlite_app: flask.Flask) -> None:
    headers = {
        "Host": "evil.example.net:8443",
        "X_Forwarded_Host": "evil.example.net",
        "X_Forwarded_Proto": "https,http",
        "X_Forwarded_Port": "8443",
        "Forwarded": "host=evil.example.net;proto=http",
    }
    form = sms("hola")
    assert sent(sqlite_app, form, X_Twilio_Signature=signed(form), **headers) == 200
    for_them = signature("https://evil.example.net" + INBOUND, form)
    assert sent(sqlite_app, form, X_Twilio_Signature=for_them, **headers) == 403


@pytest.mark.parametrize(
    "change",
    [
        {"Body": "hola "},
        {"Body": " \n hola\r\n"},
        {"FromCity": "", "FromZip": ""},
        {"Body": "¿Cuándo? é 😀 %C3%A9 + & ="},
        {"Body": "e\u0301"},
        {"ñ": "valor"},
    ],
    ids=["space at the end", "line ends", "empty parameters", "any letter", "decomposed", "name with ñ"],
)
def test_parameters_are_signed_as_they_were_sent(sqlite_app: flask.Flask, change: dict[str, str]) -> None:
    form = sms("hola") | change
    encoded = urlencode(form, quote_via=quote)
    response = sqlite_app.test_client().post(
        INBOUND,
        data=encoded,
        content_type="application/x-www-form-urlencoded; charset=utf-8",
        headers={"X-Twilio-Signature": signed(form)},
    )
    assert response.status_code == 200


def test_repeated_parameters(sqlite_app: flask.Flask) -> None:
    form: Form = {**sms("hola"), "Extra": ["2", "1", "2"]}
    assert sent(sqlite_app, form, X_Twilio_Signature=signed(form)) == 200
    assert sent(sqlite_app, {**form, "Extra": ["2"]}, X_Twilio_Signature=signed(form)) == 403


def test_the_second_token_is_right_while_tokens_change(sqlite_app: flask.Flask) -> None:
    assert post(sqlite_app, sms("hola"), token=SECONDARY).status_code == 200
    assert post(sqlite_app, sms("hola"), token="a" * 32).status_code == 403
