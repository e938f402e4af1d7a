"""The connections to Twilio: kept, not trusted for long, and clear about whether anything was sent."""

import contextlib
import socket
import ssl
from collections.abc import Iterator

import pytest

from notifications.twilio_http import NoAnswer, NotSent, Refused, TwilioHttp, proxy_for, why_no_connection
from tests.notifications import scripted_server as scripted
from tests.notifications.scripted_server import ScriptedServer, says, scripted_server

ADDRESS = "https://api.twilio.com/2010-04-01/Messages.json"
TAKEN = says(201, "{}")


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server(TAKEN) as running:
        yield running


@pytest.fixture
def http(server: ScriptedServer) -> Iterator[TwilioHttp]:
    with contextlib.closing(TwilioHttp(5, server.url)) as kept:
        yield kept


def test_a_connection_serves_one_request_after_the_other(server: ScriptedServer, http: TwilioHttp) -> None:
    assert [http.request("POST", ADDRESS, data={"To": "+1"}).status_code for _ in range(3)] == [201] * 3
    assert server.connections == 1


def test_a_refusal_leaves_it_in_step(server: ScriptedServer, http: TwilioHttp) -> None:
    server.will(says(400, '{"code": 21610}'))
    with pytest.raises(Refused) as refused:
        http.request("POST", ADDRESS)
    assert (refused.value.status_code, refused.value.text) == (400, '{"code": 21610}')
    assert http.request("POST", ADDRESS).text == "{}"
    assert server.connections == 1


def test_what_the_server_has_closed_meanwhile_is_not_written_on(server: ScriptedServer, http: TwilioHttp) -> None:
    server.will(says(201, "{}", close=True))
    http.request("POST", ADDRESS)
    assert server.hung_up.acquire(timeout=5)
    assert http.request("POST", ADDRESS).status_code == 201
    assert (server.connections, len(server.requests)) == (2, 2)


def test_what_has_said_too_much_is_not_read_on(server: ScriptedServer, http: TwilioHttp) -> None:
    server.will(scripted.sends(b"HTTP/1.1 201 CREATED\r\nContent-Length: 2\r\n\r\n{}" + b"x" * 100_000, close=False))
    http.request("POST", ADDRESS)
    assert http.request("POST", ADDRESS).text == "{}"
    assert server.connections == 2


def test_what_breaks_on_a_kept_connection_is_not_sent_again(server: ScriptedServer, http: TwilioHttp) -> None:
    server.will(TAKEN, scripted.hangs_up, TAKEN)
    http.request("POST", ADDRESS)
    with pytest.raises(NoAnswer, match=r"^reset$"):
        http.request("POST", ADDRESS)
    assert (server.connections, len(server.requests)) == (1, 2)


def test_what_has_rested_for_too_long_is_closed(server: ScriptedServer) -> None:
    with contextlib.closing(TwilioHttp(5, server.url, idle=0)) as http:
        http.request("POST", ADDRESS)
        http.request("POST", ADDRESS)
        assert server.hung_up.acquire(timeout=5)
    assert server.connections == 2


def test_an_answer_in_chunks_and_one_that_ends_with_the_connection(server: ScriptedServer, http: TwilioHttp) -> None:
    server.will(
        scripted.sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", close=False),
        scripted.sends(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{ }"),
    )
    assert [http.request("GET", ADDRESS).text for _ in range(3)] == ["{}", "{ }", "{}"]
    assert server.connections == 2


def test_what_goes_into_the_address(server: ScriptedServer, http: TwilioHttp) -> None:
    http.request("GET", ADDRESS, params={"To": "whatsapp:+1", "PageSize": 5})
    http.request("GET", ADDRESS + "?Page=1", params={"To": "é"})
    assert [request.target for request in server.requests] == [
        "/2010-04-01/Messages.json?To=whatsapp%3A%2B1&PageSize=5",
        "/2010-04-01/Messages.json?Page=1&To=%C3%A9",
    ]


def test_a_connection_that_does_not_come_about_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        port = listener.getsockname()[1]
        waiting = [socket.socket() for _ in range(8)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        with pytest.raises(NotSent, match=r"^connect_timeout$"):
            TwilioHttp(0.1, f"http://127.0.0.1:{port}").request("POST", ADDRESS)
        for each in waiting:
            each.close()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (socket.gaierror(-2, "Name or service not known"), "dns"),
        (TimeoutError(), "connect_timeout"),
        (ConnectionRefusedError(), "refused"),
        (ssl.SSLCertVerificationError(), "tls"),
        (OSError(101, "Network is unreachable"), "no_connection"),
    ],
)
def test_why_there_is_no_connection(error: OSError, word: str) -> None:
    assert why_no_connection(error) == word


def test_a_name_that_cannot_be_one() -> None:
    with pytest.raises(NotSent, match=r"^no_connection$"):
        TwilioHttp(1, f"http://{'a' * 64}.example").request("POST", ADDRESS)


def test_whoever_does_not_speak_tls_hears_nothing() -> None:
    with scripted_server(scripted.hangs_up) as server:
        with pytest.raises(NotSent):
            TwilioHttp(0.2, server.url.replace("http:", "https:")).request("POST", ADDRESS)
        assert server.requests == []


def test_a_proxy_is_asked_for_the_way_to_twilio(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_server(says(403, close=True)) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url.replace("//", "//user:pass%21@"))
        monkeypatch.setenv("NO_PROXY", "example.org")
        with pytest.raises(NotSent, match=r"^no_connection$"):
            TwilioHttp(1).request("POST", ADDRESS)
        [request] = server.requests
        assert (request.method, request.target) == ("CONNECT", "api.twilio.com:443")
        assert request.headers["Proxy-Authorization"] == "Basic dXNlcjpwYXNzIQ=="
        assert proxy_for("example.org") is None
