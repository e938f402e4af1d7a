"""Texts that may mean "no more messages" or "a wrong number": the family is asked, and a person sees them too.

The question may stay unanswered. So the text is among the tasks of staff from the moment at which it is asked until
the family has said what it meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.heard import Heard
from bot.talk import WORDS
from models.place import Place
from models.task import Task, TaskKind

if TYPE_CHECKING:
    from bot.conversing import Turn

ASKED_FIRST = {"unsure_opt_out", "unsure_wrong_number"}
"""These ask what a text meant. They are about that text only: once something else is opened, they are over."""
LEAVES_NO_DOUBT = {"opt_out", "wrong_number", "pause", "come_back"}
"""Who opens one of these has said what they want to hear from us."""


def asked_first(heard: Heard) -> str | None:
    """What is asked first, where a text may mean that they want no more messages, or that the number is wrong."""
    if heard.intent == "unsure_opt_out" or (heard.intent == "opt_out" and not heard.sure):
        return "unsure_opt_out"
    return "unsure_wrong_number" if heard.intent == "wrong_number" and not heard.sure else None


def may_answer_all_the_same(place: Place, asked: str) -> bool:
    """Whether a text may be an answer before it is doubtful: "leave it so" may name an option that was shown."""
    return place.kind == "choice" or (place.kind == WORDS and asked == "unsure_wrong_number")


def note(turn: Turn, opened: Place) -> None:
    """A conversation is opened: it may ask what a text meant, or tell it."""
    if opened.conversation in ASKED_FIRST:
        _show_to_a_person(turn, opened)
    elif opened.conversation in LEAVES_NO_DOUBT:
        for place in turn.caller.places:
            settle(turn, place)


def settle(turn: Turn, place: Place) -> None:
    """The family has said what it meant, or gone back to what it was doing: nobody needs to read it any more."""
    if place.conversation in ASKED_FIRST and "task" in place.about:
        done = sa.update(Task).where(Task.id == place.about["task"], Task.done_at.is_(None))
        turn.writing.connection.execute(done.values(done_at=turn.now))


def _show_to_a_person(turn: Turn, place: Place) -> None:
    """Make a task of the text that opened this question; one that waits for a person already is enough.

    It is no part of the conversation, which may write nothing before its last question.
    """
    caller, connection = turn.caller, turn.writing.connection
    unread = sa.select(Task.id).where(
        Task.phone_id == caller.phone_id, Task.kind == TaskKind.READ_THIS, Task.done_at.is_(None)
    )
    read_this = sa.insert(Task).values(
        kind=TaskKind.READ_THIS,
        phone_id=caller.phone_id,
        family_id=caller.family_id,
        organization_id=caller.organization_id,
        language=caller.language,
        words=place.opening,
        created_at=turn.now,
    )
    waits_already = connection.scalar(unread.limit(1))
    place.about["task"] = waits_already or connection.scalar(read_this.returning(Task.id))
