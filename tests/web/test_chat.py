"""A phone in the terminal."""

import contextlib
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import flask
import pytest
from click.testing import Result

import demo
from tests.servers import ROOT
from tests.web.browser import TODAY, application
from web.chat import chat_command


@contextlib.contextmanager
def phone(url: str, folder: Path, environ: dict[str, str]) -> Iterator[flask.Flask]:
    """The application with the chat command, which loads the example before it takes a text."""
    with application(url, folder, environ) as app:

        def prepare() -> None:
            with app.extensions["lucero"].database.begin() as session:
                demo.load(session, TODAY)

        app.cli.add_command(chat_command(prepare))
        yield app


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[flask.Flask]:
    with phone(sqlite_url, tmp_path, {}) as made:
        yield made


def chat(app: flask.Flask, said: str, *options: str) -> Result:
    result: Result = app.test_cli_runner().invoke(args=["chat", *options], input=said)
    return result


def test_what_is_piped_reads_as_a_conversation(app: flask.Flask) -> None:
    result = chat(app, "hola\n\n1\n")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "(413) 555-0142 by SMS (a new family)" in lines[0]
    assert [line[:2] for line in lines if line[:2] in ("> ", "< ")] == ["> ", "< ", "> ", "< "]
    assert "segment" in lines[3]


def test_any_family_may_text(app: flask.Flask) -> None:
    result = chat(app, "hola", "--from", "239 555 0101", "--whatsapp")
    assert "(239) 555-0101 by WhatsApp (Beto, Lupita · Español)" in result.stdout


def test_silence_is_said(app: flask.Flask) -> None:
    assert chat(app, "ALTO\nALTO\n").stdout.splitlines()[-1] == "  no reply"


def test_it_remembers_where_the_conversation_stood(app: flask.Flask) -> None:
    chat(app, "kiero apuntar a mi ija\n")
    again = chat(app, "atras\n")
    assert again.stdout.count("< ") == 1


def test_a_number_that_is_none(app: flask.Flask) -> None:
    result = chat(app, "hola", "--from", "maria")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "maria is not a phone number" in result.stderr


def test_not_with_twilio(sqlite_url: str, tmp_path: Path) -> None:
    with phone(sqlite_url, tmp_path, {"SIMULATOR": "off"}) as app:
        result = chat(app, "hola")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "The simulator is off here" in result.stderr


def test_in_a_terminal_ctrl_d_hangs_up(sqlite_url: str) -> None:
    environ = os.environ | {"DATABASE_URL": sqlite_url, "SECRET_KEY": "x" * 40, "EXAMPLE": "no", "TERM": "xterm"}
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "chat"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    try:
        assert "\x1b[2m" in shown_until("> ", ours), "what is not said by Lucero is dimmed"
        os.write(ours, b"hola\n")
        answer = shown_until("segment", ours)
        assert "\n< " in answer
        if "> " not in answer.partition("segment")[2]:  # the prompt may have come in the same piece
            shown_until("> ", ours)
        os.write(ours, b"\x04")
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def shown_until(words: str, terminal: int) -> str:
    """What the terminal shows, up to the piece with these words; half a minute at most between two pieces."""
    shown = ""
    while words not in shown:
        assert select.select([terminal], [], [], 30)[0], f"{words!r} is not in {shown!r}"
        shown += os.read(terminal, 4096).decode(errors="replace")
    return shown
