"""A phone in the terminal: `flask chat`. Texts go through the real webhook, signed, as from Twilio."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from web.commands import PlainCommand
from web.handset import FIRST, Handset, handset, known_families
from web.thread import Bubble, thread

HELLO = "This is {spoken} by {channel} ({whose}). Write a text and press Enter; Ctrl-D hangs up."


def chat_command(prepare: Callable[[], None]) -> click.Command:
    """The `chat` command; `prepare` brings the database to where a first text can be taken."""

    @click.command("chat", cls=PlainCommand)
    @click.option("--from", "number", default=FIRST, show_default=True, help="The number to text from.")
    @click.option("--whatsapp", is_flag=True, help="By WhatsApp instead of SMS.")
    @with_appcontext
    def chat(number: str, whatsapp: bool) -> None:
        """Text Lucero as any family, from this terminal; one text a line where input is piped."""
        if not _pieces().settings.simulator:
            raise click.ClickException("The simulator is off here: Twilio is the phone network.")
        phone = handset(f"whatsapp:{number}" if whatsapp else number)
        if phone is None:
            raise click.ClickException(f"{number} is not a phone number; it should be like {FIRST}.")
        prepare()
        _greet(phone)
        for text in _texts():
            _send(phone, text)

    return chat


def _pieces() -> Any:
    return current_app.extensions["lucero"]


def _greet(phone: Handset) -> None:
    with _pieces().database.reading() as session:
        whose = known_families(session, [phone.number]).get(phone.number, "a new family")
    _aside(HELLO.format(spoken=phone.spoken, channel=phone.channel_name, whose=whose))


def _texts() -> Iterator[str]:
    """What is written, line by line, until there is no more; empty lines are not sent."""
    lines = _typed() if sys.stdin.isatty() else _piped()
    yield from filter(None, map(str.strip, lines))


def _typed() -> Iterator[str]:
    with contextlib.suppress(ImportError):  # there is none on some systems: then a line cannot be edited
        import readline  # noqa: F401, PLC0415  # `input` gets arrow keys and a history from it
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        while True:
            yield input("> ")
    click.echo()


def _piped() -> Iterator[str]:
    """Each line, shown as if it had been typed, so that what is printed reads as a conversation."""
    for line in sys.stdin:
        if line.strip():
            click.echo(f"> {line.strip()}")
        yield line


def _send(phone: Handset, text: str) -> None:
    last = max((bubble.id for bubble in _messages(phone)), default=0)
    try:
        _pieces().network.text(phone.number, text, channel=phone.channel)
    except RuntimeError as error:
        _aside(f"Not delivered: {error}.")
        return
    replies = [bubble for bubble in _messages(phone, after=last) if not bubble.from_family]
    for reply in replies:
        click.echo(f"< {reply.text}")
        _aside(f"  {reply.cost}, {reply.language or 'no language'}")
    if not replies:
        _aside("  no reply")


def _messages(phone: Handset, after: int = 0) -> list[Bubble]:
    with _pieces().database.reading() as session:
        return thread(session, phone.number, phone.channel, after=after)


def _aside(words: str) -> None:
    click.secho(words, dim=True)
