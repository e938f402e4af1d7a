"""What a family answers to a reminder: they come, they do not, they come late, or another time is better."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.conversations.absence import is_once, note_absence
from bot.conversations.my_sign_ups import CHANGE
from bot.heard import Heard
from bot.heard.answers.lateness import late_until
from bot.heard.answers.reminded import Reminded, Reply
from bot.heard.answers.reminded import reminded as read
from bot.talk import WORDS, Question, Talk
from bot.tasks import add_task
from locales import _
from locales.dates import clock
from models.program import Program
from models.sign_up import SignUp, SignUpStatus
from models.task import TaskKind
from notifications.program_words import local


def reminded(talk: Talk) -> None:
    """< Mañana, sáb 21 ago, … ¿OK o CAMBIAR?   > no podemos ir   < No hay problema, lo quité: …"""
    sign_ups = _standing(talk)
    begins = dt.datetime.fromisoformat(str(talk.place.about["begins"]))
    if not sign_ups or begins <= talk.now:  # what it was about is over
        talk.replay = talk.text
        return
    program = talk.catalogue.programs[sign_ups[0].program_id]
    talk.subject = program
    question = Question("coming", WORDS, _("OK or CHANGE?"))
    reply, at = talk.answer(question, understood=lambda heard: _understood(heard, local(begins, program).time()))
    if reply == Reply.COMING:
        talk.say(_("Thank you. See you then."))
    elif reply == Reply.LATE:
        note_lateness(talk, talk.taken, dt.time.fromisoformat(at) if at else None, program)
    elif reply == Reply.ANOTHER_TIME:
        talk.go_on("my_sign_ups", opening=talk.taken, sign_ups=[one.id for one in sign_ups], wish=CHANGE)
    elif is_once(program, sign_ups[0]):
        talk.go_on("not_coming", sign_ups=[one.id for one in sign_ups])
    else:
        note_absence(talk, program, talk.taken)


def late(talk: Talk) -> None:
    """> voy tarde, llego 7:15   < Gracias. Avisé que llega a las 7:15pm.   Staff are told at once; nothing is asked."""
    zone = talk.catalogue.zone(talk.caller.organization_id)
    now = talk.now.astimezone(ZoneInfo(zone)).time() if zone else None  # "7:15" is the next one
    note_lateness(talk, talk.place.opening, late_until(talk.place.opening, now))


def note_lateness(talk: Talk, words: str, at: dt.time | None, program: Program | None = None) -> None:
    """Tell staff that a family comes late, and when, where it said so."""
    add_task(talk, TaskKind.LATE, program=program, words=words)
    if at is None:
        talk.say(_("Thank you for telling us. I noted that you are late."))
    else:
        talk.say(_("Thank you for telling us. I noted that you come at %(time)s.", time=clock(at)))


def _standing(talk: Talk) -> list[SignUp]:
    found = (talk.writing.session.get(SignUp, int(one)) for one in talk.place.about["sign_ups"])
    return [one for one in found if one is not None and one.status is SignUpStatus.ENROLLED]


def _understood(heard: Heard, begins: dt.time) -> list[str | None] | None:
    """The reply, and when they come if they come late; as it is kept: only words."""
    told = read(heard.text, begins=begins)
    if told is None and heard.intent == "thanks" and not heard.question:
        told = Reminded(Reply.COMING)
    if told is None and heard.intent == "change":  # another stop, who takes them, the food
        told = Reminded(Reply.ANOTHER_TIME)
    if told is None:
        return None
    return [told.reply.value, told.time.isoformat("minutes") if told.time else None]
