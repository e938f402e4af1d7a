"""Hearing less from us, nothing, or everything again. Free words count as much as the keywords."""

from __future__ import annotations

from bot.heard.words import fold
from bot.talk import Choice, Talk
from locales import _, speaking
from models import outbox
from models.consents import note_consent
from models.family import ConsentKind
from models.task import Task, TaskKind


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
    """> who is this, wrong number   < Sorry about that. …   Unlinks the number and reveals nothing."""
    said = _("Sorry about that. We removed this number. You will get no more messages.")
    _note(talk, ConsentKind.WRONG_NUMBER, said)
    task = Task(
        kind=TaskKind.WRONG_NUMBER,
        phone_id=talk.caller.phone_id,
        family_id=talk.caller.family_id,
        organization_id=talk.caller.organization_id,
        created_at=talk.now,
    )
    talk.writing.session.add(task)
    talk.caller.opted_out_at = talk.now
    talk.caller.family_id = None
    talk.caller.unreachable = "reassigned"
    outbox.withdraw(talk.writing.connection, talk.caller.phone_id, "This number belongs to somebody else now.")
    talk.say(said)


def unsure_opt_out(talk: Talk) -> None:
    """> ya no   < ¿Qué quiere hacer? 1 Dejar esta inscripción 2 No recibir más mensajes 3 Seguir"""
    below = talk.caller.places[:-1]
    choices = [
        Choice("none", _("No more messages"), ("stop", "alto", "parar", "kanpe")),
        Choice("less", _("Fewer messages")),
        Choice("go on", _("Go on")),
    ]
    if below:
        choices[:2] = [Choice("leave", _("Leave this sign-up")), choices[0]]
    chosen = talk.choose("wish", choices, ask=_("What would you like to do?"))
    if chosen == "none":
        talk.go_on("opt_out")
    elif chosen == "less":
        talk.go_on("pause")
    elif chosen == "leave":
        talk.caller.places[:] = [talk.place]
        talk.say(_("Done, I left it out. You still get news from school. STOP = no more messages."))
    elif not below:
        talk.go_on("menu")


def pause(talk: Talk) -> None:
    """> mandan mucho, puede ser solo los domingos   < Sí. Le mando un resumen los domingos …"""
    talk.caller.paused_at = talk.now
    said = _("Yes. You get a summary on Sundays at 4pm, and only urgent news on other days. For all again: ALL")
    _note(talk, ConsentKind.PAUSE, said)
    talk.say(said)


def come_back(talk: Talk) -> None:
    """> iniciar   < Bienvenida otra vez. … 1 Clases y verano …"""
    was_away = talk.caller.opted_out_at is not None
    talk.caller.opted_out_at = None
    talk.caller.paused_at = None
    talk.caller.unreachable = None
    talk.caller.welcomed_at = talk.caller.welcomed_at or talk.now
    said = _("Welcome back to the school family line.") if was_away else _("You get all messages.")
    _note(talk, ConsentKind.OPT_IN, said)
    talk.say(said)
    talk.go_on("menu")


def _note(talk: Talk, kind: ConsentKind, words_shown: str) -> None:
    note_consent(
        talk.writing.connection,
        talk.caller.phone_id,
        kind,
        how=str(talk.place.about.get("how", "words")),
        words_shown=words_shown,
        language=talk.caller.language,
        at=talk.now,
    )
