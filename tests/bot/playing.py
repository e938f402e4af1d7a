"""A transcript is played to the running service, and what differs is told by its line."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import singledispatchmethod

import sqlalchemy as sa

from locales.sms import segments
from models.message import Message, MessageState
from tests.bot.example import Service
from tests.bot.holdings import rows_of
from tests.bot.transcripts import (
    SILENCE,
    Arrival,
    Passing,
    Redelivery,
    Restart,
    Running,
    Said,
    Step,
    Table,
    Transcript,
)

TYPING = dt.timedelta(seconds=40)
"""What goes by before each text."""
ARRIVES = {
    "picture": ["image/jpeg"],
    "voice note": ["audio/ogg"],
    "location": ["location"],
    "sticker": ["image/webp"],
    "nothing": [],
}
"""What a text in brackets stands for: kinds of media, beside the words after it."""
BRACKETS = re.compile(rf"\[({'|'.join(ARRIVES)})\] ?(.*)")
TWILIO = re.compile(r"\[Twilio has answered (STOP|START|HELP)\] ?(.*)")


@dataclass
class Playing:
    """One run of a transcript: the replies and arrivals that came, step by step, and what is not as written."""

    transcript: Transcript
    service: Service
    came: list[str | list[Arrival]] = field(default_factory=list)
    newest_reply: str = SILENCE
    differences: list[str] = field(default_factory=list)

    def whole(self) -> None:
        for step in self.transcript.steps:
            self.play(step)

    @singledispatchmethod
    def play(self, step: Step) -> None:
        raise NotImplementedError(step)

    @play.register
    def _said(self, said: Said) -> None:
        self.service.now += TYPING
        reply = self._text(said) or SILENCE
        self.came.append(reply)
        self.newest_reply = reply
        if reply != said.reply:
            self._differs(said.line, f"> {said.text}", said.reply, reply)
        needs = segments(reply).count
        if said.phone.channel == "sms" and needs != said.segments:
            self.differences.append(f"line {said.line}: the reply takes {needs} segments, not {said.segments}: {reply}")
        if self._broken_turns():
            self.differences.append(f"line {said.line}: the turn broke on `{said.text}`; the log tells where")

    def _text(self, said: Said) -> str | None:
        number, channel = said.phone.number, said.phone.channel
        if found := TWILIO.fullmatch(said.text):
            return self.service.text(number, found[2] or found[1], channel=channel, answered_by_twilio=found[1])
        if found := BRACKETS.fullmatch(said.text):
            return self.service.text(number, found[2], channel=channel, media=ARRIVES[found[1]])
        return self.service.text(number, said.text, channel=channel)

    @play.register
    def _passing(self, passing: Passing) -> None:
        zone = self.transcript.begins.tzinfo
        later = self.service.now.astimezone(zone) + passing.gap
        if passing.until is not None:
            later = later.replace(hour=passing.until.hour, minute=passing.until.minute)
        self.service.now = later.astimezone(dt.UTC)

    @play.register
    def _running(self, running: Running) -> None:
        phones = {phone.number: phone for phone in self.transcript.phones}
        zone = self.transcript.begins.tzinfo
        came = [
            Arrival(phones[number], at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None), body)
            for number, at, body in self.service.run_clock(running.until.astimezone(dt.UTC))
            if number in phones
        ]
        self.came.append(came)
        if came != running.arrivals:
            self._differs(running.line, "the clock runs", _listed(running.arrivals), _listed(came))

    @play.register
    def _restart(self, _restart: Restart) -> None:
        self.service.restart()

    @play.register
    def _redelivery(self, redelivery: Redelivery) -> None:
        before, again = self.newest_reply, self.service.text_again() or SILENCE
        if again != before:
            self._differs(redelivery.line, "-- the same text arrives again", before, again)

    @play.register
    def _table(self, table: Table) -> None:
        with self.service.database.reading() as session:
            rows = rows_of(session, table, self.transcript.phones)
        if rows != table.rows:
            self._differs(table.line, f"== {table.what}: {' | '.join(table.columns)}", _shown(table.rows), _shown(rows))

    def _differs(self, line: int, after: str, written: str | None, came: str) -> None:
        self.differences.append(f"line {line}: {after}\n  written: {written}\n  came:    {came}")

    def _broken_turns(self) -> bool:
        with self.service.database.reading() as session:
            newest = sa.select(Message.state).where(Message.direction == "in").order_by(Message.id.desc()).limit(1)
            return session.scalar(newest) is MessageState.FAILED


def _listed(arrivals: list[Arrival]) -> str:
    lines = [f"   {each.phone.nickname} {each.at:%Y-%m-%d %H:%M} {each.text}" for each in arrivals]
    return "\n" + ("\n".join(lines) or "   (nothing)")


def _shown(rows: list[list[str]]) -> str:
    return "\n" + ("\n".join("   " + " | ".join(row) for row in rows) or "   (nothing)")
