"""Hearing less from us, nothing, or everything again. Free words count as much as the keywords."""

from __future__ import annotations

import sqlalchemy as sa

from bot.conversations.offer import give_back
from bot.heard import hear
from bot.heard.words import fold
from bot.talk import Choice, Talk
from locales import _, speaking
from models import outbox
from models.agenda import plan_family_again
from models.consents import note_consent
from models.family import ConsentKind
from models.family_phones import end_sharing
from models.sign_up import SignUp
from models.task import Task, TaskKind
from notifications.agenda.digests import plan_first_digest

LEAVE_WORDS = (
    "leave it",
    "cancel it",
    "remove",
    "remove it",
    "dejarla",
    "quitar",
    "quitarla",
    "quitala",
    "tira",
    "retire",
)


def opt_out(talk: Talk) -> None:
    """> ya no me manden nada   < Listo. No le mandamos más mensajes. Si quiere volver: INICIAR."""
    talk.caller.opted_out_at = talk.now
    outbox.withdraw(talk.writing.connection, talk.caller.phone_id, "The family has opted out.")
    said = _("Done. We will not text you any more. To come back, reply START.")
    if fold(talk.place.opening) == "stop" and talk.caller.language != "en":
        said = _in_english_too()
    _note(talk, ConsentKind.OPT_OUT, said)
    talk.say(said)


def _in_english_too() -> str:
    """Who writes the carriers' English word may not be who chose the language."""
    with speaking("en"):
        english = _("You will get no more messages from the school family line. Reply START to come back.")
    return english + " / " + _("No more messages. To come back, reply START.")


def wrong_number(talk: Talk) -> None:
    """> who is this, wrong number   < Sorry about that. …   Unlinks the number and reveals nothing.

    What the phone was known by goes too: whoever has it now starts as anybody does. Who gets no messages from us
    already is answered with silence.
    """
    caller = talk.caller
    if caller.unreachable == "reassigned" and caller.opted_out_at is not None:
        return
    said = None
    if caller.opted_out_at is None:
        said = _("Sorry about that. We removed this number. You will get no more messages.")
    _note(talk, ConsentKind.WRONG_NUMBER, said)
    task = Task(
        kind=TaskKind.WRONG_NUMBER,
        phone_id=caller.phone_id,
        family_id=caller.family_id,
        organization_id=caller.organization_id,
        created_at=talk.now,
    )
    talk.writing.session.add(task)
    outbox.withdraw(talk.writing.connection, caller.phone_id, "This number belongs to somebody else now.")
    end_sharing(talk.writing.connection, caller.phone_id)
    caller.opted_out_at, caller.unreachable = talk.now, "reassigned"
    caller.family_id = caller.organization_id = caller.welcomed_at = caller.paused_at = None
    caller.language = hear(talk.place.opening, today=talk.now.date()).language
    talk.say(said or "")


def unsure_wrong_number(talk: Talk) -> None:
    """> im not maria   < Do we have the wrong number? 1 Yes 2 No"""
    choices = [
        Choice("wrong", _("Yes"), ("wrong", "equivocado", "errado", "engano", "twonpe")),
        Choice("right", _("No")),
    ]
    if talk.choose("whose", choices, ask=_("Do we have the wrong number?")) == "wrong":
        talk.go_on("wrong_number", opening=talk.place.opening)
    elif not talk.caller.places[:-1]:
        talk.go_on("menu")


def unsure_opt_out(talk: Talk) -> None:
    """> ya no   < ¿Qué quiere hacer? 1 Dejar esta inscripción 2 No recibir más mensajes 3 Seguir 4 Menos mensajes"""
    below = talk.caller.places[:-1]
    in_sign_up = any(place.conversation == "sign_up" for place in below)
    choices = [
        Choice("none", _("No more messages"), ("stop", "alto", "parar", "kanpe")),
        Choice("less", _("Fewer messages")),
        Choice("go on", _("Go on")),
    ]
    if below:
        leave = Choice("leave", _("Leave this sign-up") if in_sign_up else _("Leave this"), LEAVE_WORDS)
        choices = [leave, choices[0], choices[2], choices[1]]
    chosen = talk.choose("wish", choices, ask=_("What would you like to do?"))
    if chosen == "none":
        talk.go_on("opt_out")
    elif chosen == "less":
        talk.go_on("pause")
    elif chosen == "leave" and not in_sign_up and below[-1].conversation == "offer":
        give_back(talk, below[-1])
    elif chosen == "leave":
        talk.caller.places[:] = [talk.place]
        talk.say(_left_out() if in_sign_up else _left())
    elif not below:
        talk.go_on("menu")


def _left_out() -> str:
    return _("Done, I left it out. You still get news from school. STOP = no more messages.")


def _left() -> str:
    return _("OK, we leave it. You still get news from school. STOP = no more messages.")


def pause(talk: Talk) -> None:
    """> mandan mucho, puede ser solo los domingos   < Sí. Le mando un resumen los domingos …"""
    talk.caller.paused_at = talk.now
    plan_first_digest(talk.writing.connection, talk.caller.phone_id, talk.now)
    said = _("Yes. You get a summary on Sundays at 4pm, and only urgent news on other days. For all again: ALL")
    _note(talk, ConsentKind.PAUSE, said)
    talk.say(said)


def come_back(talk: Talk) -> None:
    """> iniciar   < Bienvenida otra vez. … 1 Clases y verano …

    Who has the number of somebody else now, and who has never written before, is greeted as a new phone is
    (bot/welcome.py).
    """
    caller = talk.caller
    was_away, is_new = caller.opted_out_at is not None, caller.unreachable == "reassigned"
    if is_new:
        _leave_to_the_family(talk.writing.connection, caller.phone_id)
    caller.opted_out_at = caller.paused_at = caller.unreachable = None
    if caller.family_id is not None:
        plan_family_again(talk.writing.connection, caller.family_id)
    said = None
    if was_away and not is_new:
        said = _("Welcome back to the school family line.")
    elif caller.welcomed_at is not None:
        said = _("You get all messages.")
    _note(talk, ConsentKind.OPT_IN, said)
    if _by_twilio(talk):
        return
    if said is not None:
        caller.welcomed_at = caller.welcomed_at or talk.now
        talk.say(said)
    if not caller.places[:-1]:
        talk.go_on("menu")


def _leave_to_the_family(connection: sa.Connection, phone_id: int) -> None:
    """What was signed up for, or is still to be done, from this phone stays with the family that had it before."""
    connection.execute(sa.update(SignUp).where(SignUp.phone_id == phone_id).values(phone_id=None))
    theirs = sa.and_(Task.phone_id == phone_id, Task.done_at.is_(None), Task.kind != TaskKind.WRONG_NUMBER)
    connection.execute(sa.update(Task).where(theirs).values(phone_id=None))


def _by_twilio(talk: Talk) -> bool:
    return talk.place.about.get("how") == "Twilio"


def _note(talk: Talk, kind: ConsentKind, words_shown: str | None) -> None:
    note_consent(
        talk.writing.connection,
        talk.caller.phone_id,
        kind,
        how=str(talk.place.about.get("how", "words")),
        words_shown=None if _by_twilio(talk) else words_shown,
        language=talk.caller.language,
        at=talk.now,
    )
