"""Reading answers: as http.client reads them, and nothing but the two errors on anything else."""

import http.client
import io
import socket
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.http_answer import NotHttp, read_answer

FIELDS = st.lists(
    st.tuples(
        st.sampled_from(["Date", "Twilio-Request-Id", "X-Powered-By", "content-type", "Connection"]),
        st.sampled_from(["", "x", " keep-alive ", "close", "Close", "a: b"]),
    ),
    unique_by=lambda field: field[0],
)


class Connection:
    """All of a socket that an HTTPResponse asks for."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self.stream = stream

    def makefile(self, _mode: str) -> io.BufferedReader:
        return self.stream


def stream_of(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(cast("io.RawIOBase", io.BytesIO(data)))


def chunked(body: bytes, size: int) -> bytes:
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;note=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\nTrailer: x\r\n\r\n"


def framed(body: bytes, framing: str) -> bytes:
    if framing == "length":
        return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    if framing == "chunks":
        return b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, 7)
    return b"\r\n" + body


@given(
    st.sampled_from([200, 201, 204, 302, 304, 400, 429, 500, 503]),
    st.sampled_from(["1.1", "1.0"]),
    FIELDS,
    st.binary(max_size=50),
    st.sampled_from(["length", "chunks", "neither"]),
    st.booleans(),
)
def test_it_reads_what_http_client_reads(
    status: int, version: str, fields: list[tuple[str, str]], body: bytes, framing: str, is_continued: bool
) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"HTTP/{version} {status} A word\r\n{lines}".encode()
    before = b"HTTP/1.1 100 Continue\r\n\r\n" if is_continued else b""
    data = before + head + framed(b"" if status in (204, 304) else body, framing)
    response = http.client.HTTPResponse(cast("socket.socket", Connection(stream_of(data))), method="POST")
    response.begin()
    answer, may_stay = read_answer(stream_of(data))
    assert (answer.status_code, answer.text) == (response.status, response.read().decode("utf-8", "replace"))
    if may_stay:
        assert not response.will_close


def test_the_next_answer_on_a_connection_begins_where_one_ends() -> None:
    one = b"HTTP/1.1 201 CREATED\r\ncontent-length: 2\r\n\r\n{}"
    other = b"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: chunked\r\n\r\n" + chunked(b"{ }", 2)
    stream = stream_of(one + other + one)
    read = [read_answer(stream) for _ in range(3)]
    assert [(answer.text, may_stay) for answer, may_stay in read] == [("{}", True), ("{ }", True), ("{}", True)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 201",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: 2",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: 2\r\n\r\n{",
        b"HTTP/1.1 201 CREATED\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{",
        b"HTTP/1.1 201 CREATED\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
)
def test_what_ends_too_early(data: bytes) -> None:
    with pytest.raises(ConnectionError):
        read_answer(stream_of(data))


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 2010 CREATED\r\n\r\n",
        b"HTTP/2 201 CREATED\r\n\r\n",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: -2\r\n\r\n{}",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: 1_0\r\n\r\n{}12345678",
        b"HTTP/1.1 201 CREATED\r\nContent-Length:\r\n\r\n{}",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: 2, 2\r\n\r\n{}",
        b"HTTP/1.1 201 CREATED\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\n{}",
        b"HTTP/1.1 201 CREATED\r\nTransfer-Encoding: chunked\r\n\r\n{}\r\n",
        b"HTTP/1.1 201 CREATED\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{} \r\n0\r\n\r\n",
        b"HTTP/1.1 201 CREATED\r\n" + b"X: x\r\n" * 101,
        b"HTTP/1.1 201 CREATED\r\nX: " + b"x" * 70_000,
    ],
)
def test_what_is_not_http(data: bytes) -> None:
    with pytest.raises(NotHttp):
        read_answer(stream_of(data))


@given(
    st.binary(), st.sampled_from([b"", b"HTTP/1.1 201 C\r\n", b"HTTP/1.1 201 C\r\nTransfer-Encoding: chunked\r\n\r\n"])
)
def test_nothing_else_is_raised_whatever_comes(data: bytes, before: bytes) -> None:
    try:
        answer, _ = read_answer(stream_of(before + data))
    except (ConnectionError, NotHttp):
        return
    assert 200 <= answer.status_code < 600
