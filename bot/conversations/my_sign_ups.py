"""What the family is signed up for: see it, change it, leave it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from bot.conversations.sign_up_visit import OTHER_TIME
from bot.conversations.visit_times import free_slots
from bot.heard import hear
from bot.heard.mentions import strength
from bot.talk import Choice, Talk
from bot.tasks import add_task
from bot.wording import in_words, slot_in_words, stop_in_words
from locales import _
from locales.dates import clock, short_day
from models.program import Attends, Program
from models.seats import SlotTaken, move_to_slot, position, withdraw
from models.sign_up import ACTIVE, SignUp, SignUpStatus
from models.task import TaskKind


def my_sign_ups(talk: Talk) -> None:
    """> mis inscripciones   < 1 Beto: verano 2 Lupita: espera #2   > 1   < 1 Cambiar 2 Quitar 3 Nada"""
    sign_up = _which(talk, ask=_("Your sign-ups. Which one do you want to change or remove?"))
    if sign_up is None:
        return
    program = talk.catalogue.programs[sign_up.program_id]
    talk.subject = program
    deeds = [Choice("remove", _("Remove it"), WORDS_FOR_REMOVE), Choice("nothing", _("Leave it as it is"))]
    if _changeable(program):
        deeds.insert(0, Choice("change", _("Change it"), WORDS_FOR_CHANGE))
    deed = talk.choose("deed", deeds, ask=f"{_in_words(talk, sign_up)}.", overhear=False)
    if deed == "remove":
        _remove(talk, sign_up, program)
    elif deed == "change":
        _change(talk, sign_up, program)
    else:
        talk.say(_("OK, it stays as it is."))


WORDS_FOR_CHANGE = ("cambiar", "change", "mudar", "chanje")
WORDS_FOR_REMOVE = ("quitar", "remove", "tirar", "retire", "borrar")


def not_coming(talk: Talk) -> None:
    """> cant come saturday sorry   < No problem, I removed your 1:30pm. …"""
    sign_up = _which(talk, ask=_("Which one can you not come to?"), named_in_opening=True)
    if sign_up is None:
        return
    program = talk.catalogue.programs[sign_up.program_id]
    talk.subject = program
    if _sure(talk) or talk.yes("sure", ask=_("Remove %(what)s?", what=_in_words(talk, sign_up))):
        _remove(talk, sign_up, program)
    else:
        talk.say(_("OK, it stays as it is."))


def _sure(talk: Talk) -> bool:
    """Saying that they cannot come to the one thing they have is clear enough; seats of children are asked about."""
    heard = hear(talk.place.opening, language=talk.caller.language, today=talk.now.date())
    only_time = "which" not in talk.place.answers and len(_active(talk)) == 1
    return heard.intent == "not_coming" and heard.sure and only_time and _active(talk)[0].student_id is None


def _active(talk: Talk) -> list[SignUp]:
    """The family's sign-ups that stand, oldest first."""
    if talk.caller.family_id is None:
        return []
    mine = sa.select(SignUp).where(SignUp.family_id == talk.caller.family_id, SignUp.status.in_(ACTIVE))
    mine = mine.options(joinedload(SignUp.student), joinedload(SignUp.slot), joinedload(SignUp.stop))
    return list(talk.writing.session.scalars(mine.order_by(SignUp.id)))


def _which(talk: Talk, *, ask: str, named_in_opening: bool = False) -> SignUp | None:
    """The sign-up they mean: the only one, the one they named, or the one they choose."""
    active = _active(talk)
    if not active:
        talk.say(_("You have no sign-ups now."))
        talk.go_on("menu")
        return None
    if len(active) == 1:
        return active[0]
    named = [sign_up for sign_up in active if _names(talk, sign_up)] if talk.place.opening else []
    if len(named) == 1 and talk.place.may_overhear("which"):
        return named[0]
    choices = [Choice(str(one.id), _in_words(talk, one), _other_words(talk, one)) for one in named or active]
    chosen = talk.choose("which", choices, ask=ask)
    return next(one for one in active if str(one.id) == chosen)


def _names(talk: Talk, sign_up: SignUp) -> bool:
    return strength(talk.place.opening, _other_words(talk, sign_up)) > 0


def _other_words(talk: Talk, sign_up: SignUp) -> tuple[str, ...]:
    program = talk.catalogue.programs[sign_up.program_id]
    name = sign_up.student.name if sign_up.student and sign_up.student.name else None
    return (name,) if name else (*program.title.values(), *program.also_known_as)


def _in_words(talk: Talk, sign_up: SignUp) -> str:
    """Beto: verano, 6:00am Brightwood · Lupita: preescolar, espera 2"""
    program = talk.catalogue.programs[sign_up.program_id]
    student = sign_up.student
    who = (student.name or _("%(age)s years", age=student.age)) if student else None
    what = in_words(program.title)
    if sign_up.status is SignUpStatus.WAITING:
        what = _("%(what)s, number %(position)s waiting", what=what, position=position(talk.writing.session, sign_up))
    elif sign_up.slot is not None:
        what = f"{what}, {slot_in_words(sign_up.slot.starts_at, program)}"
    elif sign_up.stop is not None:
        what = f"{what}, {stop_in_words(sign_up.stop)}"
    return f"{who}: {what}" if who else what


def _changeable(program: Program) -> bool:
    return bool(program.slots or program.stops)


def _change(talk: Talk, sign_up: SignUp, program: Program) -> None:
    if program.slots:
        _change_time(talk, sign_up, program)
    else:
        _change_stop(talk, sign_up, program)


def _change_time(talk: Talk, sign_up: SignUp, program: Program) -> None:
    free = [slot for slot in free_slots(talk, program) if slot.id != sign_up.slot_id][:3]
    choices = [Choice(str(slot.id), slot_in_words(slot.starts_at, program)) for slot in free]
    chosen = talk.choose("slot", [*choices, Choice(OTHER_TIME, _("None"))], ask=_("Which time?"))
    slot = next((slot for slot in free if str(slot.id) == chosen), None)
    if slot is None:
        add_task(talk, TaskKind.CALL_BACK, program=program)
        talk.say(_("Someone will call you to find a time."))
    elif isinstance(move_to_slot(talk.writing.session, sign_up, slot.id, now=talk.now), SlotTaken):
        talk.say(_("That time was just taken. Your old time stays. To change, send CHANGE."))
    else:
        talk.say(_("Changed: %(when)s. They know already.", when=slot_in_words(slot.starts_at, program)))


def _change_stop(talk: Talk, sign_up: SignUp, program: Program) -> None:
    choices = [Choice(str(stop.id), stop_in_words(stop), (stop.name, *stop.also_known_as)) for stop in program.stops]
    chosen = talk.choose("stop", [*choices, Choice("none", _("No bus"))], ask=_("Which stop?"))
    stop = next((stop for stop in program.stops if str(stop.id) == chosen), None)
    sign_up.stop_id, sign_up.needs_ride, sign_up.changed_at = stop and stop.id, stop is not None, talk.now
    talk.say(_("Changed: %(what)s.", what=stop_in_words(stop) if stop else _("No bus")))


def _remove(talk: Talk, sign_up: SignUp, program: Program) -> None:
    """Free the seat, and say so."""
    what = _in_words(talk, sign_up)
    withdraw(talk.writing.session, sign_up, now=talk.now)
    talk.say(_("No problem, I removed it: %(what)s.", what=what))
    if "walk_in" in program.promises and program.ends:
        talk.say(_("Walk in any time until %(time)s if you can.", time=clock(program.ends)))
    if program.attends is Attends.PEOPLE:
        talk.go_on("news", program=program.code)


def news(talk: Talk) -> None:
    """< ¿Quiere saber de la próxima? 1 Sí 2 No   > ya   < Le aviso."""
    program = talk.catalogue.program(str(talk.place.about.get("program", "")))
    if talk.yes("news", ask=_("Do you want news of the next one?")):
        add_task(talk, TaskKind.NEWS, program=program)
        talk.say(_("Great. I will text you about the next one."))
    else:
        talk.say(_("All right."))


__all__ = ["my_sign_ups", "news", "not_coming", "short_day"]
