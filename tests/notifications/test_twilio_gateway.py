"""Handing messages over to Twilio, at the wire: the form that goes out, and what each answer is taken for."""

import contextlib
import datetime as dt
import json
import logging
import multiprocessing
import subprocess
import sys
import warnings
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from notifications.gateway import Gateway, Outcome, Outgoing, Verdict
from notifications.twilio_gateway import Template, TemplatesNotFetched, TwilioGateway, in_one_line
from tests.notifications import scripted_server as scripted
from tests.notifications.scripted_server import Answer, ScriptedServer, says
from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN, client
from tests.twilio_api.faults import Faults, Trouble

SERVICE = "MG" + "0" * 32
TEMPLATE = "HX" + "0" * 32
SID = "SM" + "a" * 32
SINCE = dt.datetime(2027, 3, 4, 5, 6, 7, tzinfo=dt.UTC)
REMINDER = Outgoing(7, "+14135550142", "sms", "Mañana a las 6:30pm\n¿Van? 1 Sí & 2 no 😀 ")
ON_WHATSAPP = Outgoing(8, "+14135550142", "whatsapp", "Hola")
BY_TEMPLATE = Outgoing(9, "+14135550142", "whatsapp", "La clase\nempieza\t\ta las 9,\r\n en    Holyoke ", TEMPLATE)


def resource(**changes: Any) -> dict[str, Any]:
    """A message as Twilio shows it, sent with what REMINDER says and made a moment after SINCE."""
    return {
        "sid": SID,
        "account_sid": ACCOUNT_SID,
        "to": REMINDER.to,
        "from": None,
        "messaging_service_sid": SERVICE,
        "body": REMINDER.body,
        "status": "accepted",
        "direction": "outbound-api",
        "date_created": "Thu, 04 Mar 2027 05:06:08 +0000",
        "date_updated": "Thu, 04 Mar 2027 05:06:08 +0000",
        "date_sent": None,
        "error_code": None,
        "error_message": None,
        "num_segments": "0",
    } | changes


def page(*messages: dict[str, Any], following: str | None = None) -> Answer:
    """A page of Twilio's list of messages."""
    return says(200, {"messages": messages, "page": 0, "page_size": 100, "next_page_uri": following})


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted.scripted_server(says(201, resource())) as running:
        yield running


@contextlib.contextmanager
def connected(url: str, **changes: Any) -> Iterator[TwilioGateway]:
    given: dict[str, Any] = {"messaging_service_sid": SERVICE, "timeout": 5, "api_url": url} | changes
    network = TwilioGateway(
        account_sid=ACCOUNT_SID,
        auth_token=AUTH_TOKEN,
        callback=lambda message_id: f"https://texts.example.org/twilio/status?message={message_id}",
        **given,
    )
    try:
        yield network
    finally:
        network.close()


def send(server: ScriptedServer, outgoing: Outgoing, **changes: Any) -> Outcome:
    with connected(server.url, **changes) as network:
        return network.send(outgoing)


def look_up(server: ScriptedServer, outgoing: Outgoing, known: Collection[str] = ()) -> Outcome:
    with connected(server.url) as network:
        return network.look_up(outgoing, SINCE, known)


def fetch_templates(server: ScriptedServer) -> list[Template]:
    with connected(server.url) as network:
        return network.fetch_templates()


def test_it_is_a_gateway_and_shows_no_secret() -> None:
    with connected("http://127.0.0.1:1") as twilio:
        network: Gateway = twilio
        assert AUTH_TOKEN not in repr(network)


def test_the_form_that_goes_out(server: ScriptedServer) -> None:
    outcome = send(server, REMINDER)
    assert outcome == Outcome(Verdict.ACCEPTED, sid=SID, status="accepted")
    [request] = server.requests
    assert (request.method, request.target) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json")
    assert request.form == {
        "To": "+14135550142",
        "MessagingServiceSid": SERVICE,
        "Body": REMINDER.body,
        "StatusCallback": "https://texts.example.org/twilio/status?message=7",
    }
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert request.headers["Host"] == server.url.removeprefix("http://")
    assert request.headers["Authorization"] == (
        "Basic QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDowMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZg=="
    )


@pytest.mark.parametrize(
    ("outgoing", "senders", "form"),
    [
        (REMINDER, {"sms_from": "+14135550100"}, {"To": "+14135550142", "From": "+14135550100"}),
        (REMINDER, {"sms_from": "24365"}, {"To": "+14135550142", "From": "24365"}),
        (
            ON_WHATSAPP,
            {"sms_from": "+14135550100", "whatsapp_from": "+14135550199"},
            {"To": "whatsapp:+14135550142", "From": "whatsapp:+14135550199"},
        ),
        (
            ON_WHATSAPP,
            {"messaging_service_sid": SERVICE, "whatsapp_from": "+14135550199"},
            {"To": "whatsapp:+14135550142", "MessagingServiceSid": SERVICE},
        ),
    ],
)
def test_who_it_is_from_and_to(
    server: ScriptedServer, outgoing: Outgoing, senders: dict[str, str], form: dict[str, str]
) -> None:
    assert send(server, outgoing, **{"messaging_service_sid": None} | senders).verdict is Verdict.ACCEPTED
    [request] = server.requests
    names = ("To", "From", "MessagingServiceSid")
    assert {name: value for name, value in request.form.items() if name in names} == form


def test_a_template_is_sent_with_its_variable_in_one_line_and_no_text(server: ScriptedServer) -> None:
    send(server, BY_TEMPLATE)
    [request] = server.requests
    assert "Body" not in request.form
    assert request.form["ContentSid"] == TEMPLATE
    assert json.loads(request.form["ContentVariables"]) == {"1": "La clase empieza a las 9, en Holyoke"}


@pytest.mark.parametrize("text", ["a\nb", "a\r\n\r\nb", "a\tb", "a    b", "\u2028a b\u2029 ", "a\x0b\x0cb", "a\u3000b"])
def test_what_goes_into_a_template_is_one_line(text: str) -> None:
    assert in_one_line(text) == "a b"


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_without_a_sender_nothing_is_asked(server: ScriptedServer, channel: str) -> None:
    other = {"whatsapp": {"sms_from": "+14135550100"}, "sms": {"whatsapp_from": "+14135550100"}}[channel]
    outgoing = Outgoing(1, "+14135550142", channel, "Hola")
    outcome = send(server, outgoing, messaging_service_sid=None, **other)
    assert outcome == Outcome(Verdict.CONFIGURATION, error="no_sender")
    assert server.requests == []


def told(status: int, code: object) -> Answer:
    return says(status, {"code": code, "message": "…", "more_info": "…", "status": status})


PROBLEM = {
    "type": "https://www.twilio.com/docs/api/errors/21610",
    "title": "Attempt to send to unsubscribed recipient",
    "status": 400,
    "code": 21610,
    "detail": "…",
}
HTML = "<html><title>It is down</title></html>"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (says(201, resource(status="queued")), Outcome(Verdict.ACCEPTED, SID, status="queued")),
        (says(200, resource()), Outcome(Verdict.ACCEPTED, SID, status="accepted")),
        (says(201, {"sid": SID}), Outcome(Verdict.ACCEPTED, SID)),
        (says(201, resource(date_created="soon", error_code="none")), Outcome(Verdict.ACCEPTED, SID, None, "accepted")),
        (says(201, resource(status="failed", error_code=21610)), Outcome(Verdict.CONSENT, SID, "21610", "failed")),
        (says(201, resource(status="failed")), Outcome(Verdict.CONTENT, SID, "failed", "failed")),
        (says(201, HTML), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(204), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, "[]"), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, "null"), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, "[" * 100_000), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, {"status": "queued"}), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, {"sid": 7, "status": "queued"}), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (says(201, {"sid": "<script>", "status": "queued"}), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (scripted.sends(b"HTTP/1.1 201 CREATED\r\n\r\n\xff\xfe"), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (scripted.sends(b"hello\r\n\r\n"), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (scripted.sends(b"HTTP/1.1 201 CREATED\r\nX" + b"x" * 70_000), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (
            scripted.sends(b'HTTP/1.1 201 CREATED\r\nContent-Length: 99\r\n\r\n{"sid'),
            Outcome(Verdict.UNKNOWN, error="reset"),
        ),
        (scripted.sends(b"HTTP/1.1 201"), Outcome(Verdict.UNKNOWN, error="unreadable")),
        (told(429, 20429), Outcome(Verdict.NOW, error="20429")),
        (says(429, HTML), Outcome(Verdict.NOW, error="429")),
        (told(429, 21611), Outcome(Verdict.LATER, error="21611")),
        (told(503, 20503), Outcome(Verdict.NOW, error="20503")),
        (told(503, 503), Outcome(Verdict.UNKNOWN, error="503")),
        (told(500, 20500), Outcome(Verdict.UNKNOWN, error="20500")),
        (says(500, HTML), Outcome(Verdict.UNKNOWN, error="500")),
        (says(502), Outcome(Verdict.UNKNOWN, error="502")),
        (says(302), Outcome(Verdict.UNKNOWN, error="302")),
        (says(500, PROBLEM), Outcome(Verdict.UNKNOWN, error="21610")),
        (told(400, 21211), Outcome(Verdict.NUMBER, error="21211")),
        (told(400, "21610"), Outcome(Verdict.CONSENT, error="21610")),
        (says(400, PROBLEM), Outcome(Verdict.CONSENT, error="21610")),
        (told(400, 63016), Outcome(Verdict.WINDOW, error="63016")),
        (told(400, 39999), Outcome(Verdict.CONTENT, error="39999")),
        (told(401, 20003), Outcome(Verdict.CONFIGURATION, error="20003")),
        (says(401, HTML), Outcome(Verdict.CONFIGURATION, error="401")),
        (says(403, "[]"), Outcome(Verdict.CONFIGURATION, error="403")),
        (says(400, {"code": {}}), Outcome(Verdict.CONTENT, error="400")),
        (says(404, "null"), Outcome(Verdict.CONTENT, error="404")),
        (scripted.hangs_up, Outcome(Verdict.UNKNOWN, error="reset")),
        (scripted.resets, Outcome(Verdict.UNKNOWN, error="reset")),
    ],
)
def test_what_each_answer_is_taken_for(server: ScriptedServer, answer: Answer, outcome: Outcome) -> None:
    server.will(answer)
    assert send(server, REMINDER) == outcome
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", [scripted.is_silent, scripted.drips])
def test_an_answer_that_takes_too_long(server: ScriptedServer, answer: Answer) -> None:
    server.will(answer)
    assert send(server, REMINDER, timeout=0.2) == Outcome(Verdict.UNKNOWN, error="timeout")
    assert len(server.requests) == 1


def test_where_nobody_listens_nothing_was_taken() -> None:
    with scripted.scripted_server(scripted.hangs_up) as gone:
        pass
    assert send(gone, REMINDER) == Outcome(Verdict.NOW, error="refused")
    assert look_up(gone, REMINDER) == Outcome(Verdict.UNKNOWN, error="refused")


@pytest.mark.parametrize("changes", [{}, {"body": " ".join(REMINDER.body.split())}, {"status": "delivered"}])
def test_a_message_is_found_by_its_number_its_text_and_the_time(
    server: ScriptedServer, changes: dict[str, str]
) -> None:
    server.will(page(resource(**changes)))
    outcome = look_up(server, REMINDER)
    assert outcome == Outcome(Verdict.ACCEPTED, SID, status=changes.get("status", "accepted"))
    [request] = server.requests
    assert (request.method, request.path) == ("GET", f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json")
    assert request.query == {"To": "+14135550142", "PageSize": "100"}


@pytest.mark.parametrize(
    "changes",
    [
        {"body": REMINDER.body + "!"},
        {"body": None},
        {"to": "+14135550143"},
        {"direction": "inbound"},
        {"direction": "outbound-reply"},
        {"date_created": "Thu, 04 Mar 2027 05:05:06 +0000"},
        {"date_created": None},
        {"sid": "SM" + "b" * 32},
    ],
)
def test_what_is_another_message(server: ScriptedServer, changes: dict[str, str | None]) -> None:
    server.will(page(resource(**changes)))
    outcome = look_up(server, REMINDER, known={"SM" + "b" * 32})
    assert outcome == Outcome(Verdict.UNKNOWN, error="not_listed")


def test_of_two_with_the_same_text_it_is_the_first_since_then(server: ScriptedServer) -> None:
    later = resource(sid="SM" + "c" * 32, date_created="Thu, 04 Mar 2027 06:00:00 +0000")
    server.will(page(later, resource()))
    assert look_up(server, REMINDER).sid == SID


def test_a_template_is_found_by_what_was_filled_in(server: ScriptedServer) -> None:
    body = "Hola de Lucero: La clase empieza a las 9, en Holyoke. Conteste 1 o 2."
    server.will(page(resource(to="whatsapp:+14135550142", body=body)))
    assert look_up(server, BY_TEMPLATE).sid == SID
    assert server.requests[0].query["To"] == "whatsapp:+14135550142"


@pytest.mark.parametrize(
    ("changes", "verdict", "error"),
    [
        ({"status": "undelivered", "error_code": 30003}, Verdict.LATER, "30003"),
        ({"status": "failed", "error_code": 21610}, Verdict.CONSENT, "21610"),
        ({"status": "failed", "error_code": "63016"}, Verdict.WINDOW, "63016"),
        ({"status": "undelivered", "error_code": None}, Verdict.CONTENT, "undelivered"),
    ],
)
def test_what_became_of_it_may_be_bad(
    server: ScriptedServer, changes: dict[str, Any], verdict: Verdict, error: str
) -> None:
    server.will(page(resource(**changes)))
    assert look_up(server, REMINDER) == Outcome(verdict, SID, error, changes["status"])


def test_the_list_is_read_until_it_is_too_old(server: ScriptedServer) -> None:
    younger = resource(body="Otra cosa", date_created="Thu, 04 Mar 2027 09:00:00 +0000")
    older = resource(date_created="Thu, 04 Mar 2027 05:00:00 +0000")
    server.will(page(younger, following="/2010-04-01/next"), page(older, following="/2010-04-01/never"))
    assert look_up(server, REMINDER).error == "not_listed"
    assert [request.path for request in server.requests][1:] == ["/2010-04-01/next"]


def test_a_list_without_an_end_is_left(server: ScriptedServer) -> None:
    younger = resource(body="Otra cosa", date_created="Thu, 04 Mar 2027 09:00:00 +0000")
    server.otherwise = page(younger, following="/2010-04-01/next?Page=1&To=%2B1")
    assert look_up(server, REMINDER).verdict is Verdict.UNKNOWN
    assert len(server.requests) == 5


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (told(401, 20003), "20003"),
        (told(429, 20429), "20429"),
        (says(500, HTML), "500"),
        (says(200, HTML), "unreadable"),
        (says(200, "[]"), "unreadable"),
        (says(200, {"messages": 7}), "unreadable"),
        (says(200, {"messages": [7]}), "unreadable"),
        (says(200, {}), "unreadable"),
        (scripted.hangs_up, "reset"),
    ],
)
def test_twilio_that_cannot_be_asked_tells_nothing(server: ScriptedServer, answer: Answer, error: str) -> None:
    server.will(answer)
    assert look_up(server, REMINDER) == Outcome(Verdict.UNKNOWN, error=error)


def test_templates_are_read_from_all_pages(server: ScriptedServer) -> None:
    approval = {"name": "r", "status": "rejected", "category": "UTILITY", "rejection_reason": "Too plain"}
    first = {"sid": TEMPLATE, "friendly_name": "reminder_es", "language": "es", "variables": {"1": "mañana"}}
    second = {"sid": TEMPLATE, "friendly_name": None, "language": None, "variables": None, "approval_requests": None}
    meta = {"key": "contents", "next_page_url": "https://content.twilio.com/v1/ContentAndApprovals?Page=1"}
    server.will(
        says(200, {"contents": [first | {"approval_requests": approval}], "meta": meta}),
        says(200, {"contents": [second], "meta": meta | {"next_page_url": None}}),
    )
    assert fetch_templates(server) == [
        Template("reminder_es", TEMPLATE, "es", "rejected", "UTILITY", "Too plain", {"1": "mañana"}),
        Template("", TEMPLATE, "", "unsubmitted", "", "", {}),
    ]
    assert [request.target for request in server.requests] == [
        "/v1/ContentAndApprovals?PageSize=100",
        "/v1/ContentAndApprovals?Page=1",
    ]


@pytest.mark.parametrize(
    ("answer", "word"),
    [(told(401, 20003), "20003"), (says(200, HTML), "unreadable"), (says(200, {"contents": [7]}), "unreadable")],
)
def test_templates_that_cannot_be_read(server: ScriptedServer, answer: Answer, word: str) -> None:
    server.will(answer)
    with pytest.raises(TemplatesNotFetched, match=f"^{word}$"):
        fetch_templates(server)


def echoes(connection: Any, request: scripted.Request) -> bool:
    """Make the sid of the text, so that an answer to somebody else's request shows."""
    return says(201, resource(sid=request.form["Body"]))(connection, request)


def test_sixteen_threads_share_one(server: ScriptedServer) -> None:
    server.otherwise = echoes
    bodies = [f"text{number}" for number in range(640)]
    with connected(server.url) as network, ThreadPoolExecutor(16) as pool:
        sids = pool.map(lambda body: network.send(Outgoing(1, "+14135550142", "sms", body)).sid, bodies)
        assert list(sids) == bodies
    assert sorted(request.form["Body"] for request in server.requests) == sorted(bodies)
    assert server.connections <= 16


def send_and_tell(network: TwilioGateway, tell: Connection) -> None:
    tell.send(network.send(REMINDER))
    network.close()


def in_a_fork(network: TwilioGateway) -> Outcome:
    forking = multiprocessing.get_context("fork")
    hear, tell = forking.Pipe(duplex=False)
    child = forking.Process(target=send_and_tell, args=(network, tell))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python's about threads, which is what this is about
        child.start()
    told = hear.recv()
    child.join()
    assert isinstance(told, Outcome)
    return told


def test_after_a_fork_each_process_has_its_own_connections(server: ScriptedServer) -> None:
    sent = Outcome(Verdict.ACCEPTED, SID, status="accepted")
    with connected(server.url) as network:
        assert [network.send(REMINDER), in_a_fork(network), network.send(REMINDER)] == [sent] * 3
    assert (len(server.requests), server.connections) == (3, 2)


def test_numbers_texts_and_secrets_are_never_logged(server: ScriptedServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.will(says(201, resource()), told(400, 39999), says(500, HTML), scripted.resets, page(resource()))
    for _ in range(4):
        send(server, REMINDER)
    look_up(server, REMINDER)
    assert [record.getMessage() for record in caplog.records] == ["Twilio's code 39999 is not in our table of them"]


def test_importing_it_does_not_import_the_client() -> None:
    asked = (
        "import sys, notifications.twilio_gateway; sys.exit('twilio.rest' in sys.modules or 'requests' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", asked], check=True, cwd=Path(__file__).parent.parent.parent)


def test_with_a_whole_stand_in_for_twilio() -> None:
    now = dt.datetime.now(dt.UTC)
    with client.running() as api, connected(api.url) as network:
        assert network.send(REMINDER).verdict is Verdict.ACCEPTED
        api.misbehave(Faults(numbers={"+14135550143": Trouble.RESET_AFTER}))
        lost = Outgoing(9, "+14135550143", "sms", "Hola")
        assert network.send(lost) == Outcome(Verdict.UNKNOWN, error="reset")
        assert network.look_up(lost, now).verdict is Verdict.ACCEPTED
        assert network.look_up(Outgoing(10, "+14135550143", "sms", "Adiós"), now).error == "not_listed"
        assert network.fetch_templates() == []
