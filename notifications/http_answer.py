"""Reading an answer to an HTTP request, lightly.

http.client would do it too, but reads headers as those of a mail: that was two fifths of the processor time
that a message costs, which counts at hundreds of them a second.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

STATUS = re.compile(rb"HTTP/(1\.[01]) ([1-5][0-9][0-9])(?: |$)")
LONGEST_LINE = 2**16
LONGEST_BODY = 2**24
LONGEST_NUMBER = 20
MOST_FIELDS = 100


class NotHttp(Exception):
    """What came is no answer in HTTP."""


class Answer(NamedTuple):
    """What came back, under the names that Twilio's client reads."""

    status_code: int
    text: str
    headers: Mapping[str, str] = MappingProxyType({})
    """Left out: nothing of ours reads them."""


def read_answer(stream: io.BufferedReader) -> tuple[Answer, bool]:
    """Read an answer, and whether another may follow on its connection.

    Raises ConnectionError where the connection ends too early, NotHttp where it is something else.
    """
    version, status_code = read_status(stream)
    fields = read_fields(stream)
    while status_code < 200:  # an answer before the answer
        version, status_code = read_status(stream)
        fields = read_fields(stream)
    body = read_body(stream, status_code, fields)
    may_stay = body is not None and version == b"1.1" and b"close" not in fields.get(b"connection", b"").lower()
    text = (stream.read() if body is None else body).decode("utf-8", "replace")
    return Answer(status_code, text), may_stay


def read_body(stream: io.BufferedReader, status_code: int, fields: Mapping[bytes, bytes]) -> bytes | None:
    """Read a body that says where it ends; None for one that ends with its connection."""
    if status_code in (204, 304):
        return b""
    if b"transfer-encoding" in fields:
        return read_chunks(stream)
    if b"content-length" in fields:
        return read_exactly(stream, whole_number(fields[b"content-length"], 10))
    return None


def read_status(stream: io.BufferedReader) -> tuple[bytes, int]:
    """Read the first line of an answer: the version of HTTP, and the status."""
    found = STATUS.match(read_line(stream))
    if not found:
        raise NotHttp
    return found[1], int(found[2])


def read_fields(stream: io.BufferedReader) -> dict[bytes, bytes]:
    """Read headers (or what may follow the last chunk), names in lower case. Of two with one name the last counts."""
    fields: dict[bytes, bytes] = {}
    for _ in range(MOST_FIELDS):
        line = read_line(stream)
        if not line:
            return fields
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.strip()
    raise NotHttp


def read_chunks(stream: io.BufferedReader) -> bytes:
    """Read a body that comes in chunks, each with its size in front."""
    body = b""
    while size := whole_number(read_line(stream).partition(b";")[0].strip(), 16):
        body += read_exactly(stream, size)
        if read_line(stream):
            raise NotHttp
    read_fields(stream)
    return body


def read_line(stream: io.BufferedReader) -> bytes:
    """Read up to the end of a line, without it."""
    line = stream.readline(LONGEST_LINE)
    if line.endswith(b"\n"):
        return line.rstrip(b"\r\n")
    if len(line) < LONGEST_LINE:
        raise ConnectionError
    raise NotHttp


def read_exactly(stream: io.BufferedReader, length: int) -> bytes:
    """Read so many bytes."""
    if length > LONGEST_BODY:
        raise NotHttp
    found = stream.read(length)
    if len(found) < length:
        raise ConnectionError
    return found


def whole_number(text: bytes, base: int) -> int:
    """Read a length as HTTP writes it: digits and nothing else."""
    if not text or len(text) > LONGEST_NUMBER or text.lower().strip(b"0123456789abcdef"[:base]):
        raise NotHttp
    return int(text, base)
