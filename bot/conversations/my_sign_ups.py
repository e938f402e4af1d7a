"""What the family is signed up for: see it, change it, leave it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from bot.conversations.absence import misses_a_day, note_absence
from bot.conversations.changing import change, changeable
from bot.conversations.visit_times import siblings_of
from bot.heard import hear
from bot.heard.mentions import strength
from bot.talk import Choice, Talk
from bot.tasks import add_task
from locales import _
from locales.dates import clock
from models.program import Attends, Program
from models.seats import position, withdraw
from models.sign_up import ACTIVE, SignUp, SignUpStatus
from models.task import TaskKind
from notifications.program_words import in_words, slot_in_words, stop_in_words, years

MOST_IN_FULL = 2
"""So many sign-ups fit one text with their stops."""
CHANGE, REMOVE, KEEP = "change", "remove", "keep"


def my_sign_ups(talk: Talk) -> None:
    """> mis inscripciones   < 1 Beto: verano 2 Lupita: espera 2   > 1   < 1 Cambiar 2 Quitar 3 Dejar como está"""
    _close_older(talk)
    wish = _wish(talk)
    sign_up = _which(talk, ask=_("Which one do you want to change or remove?") if wish else _("Your sign-ups:"))
    if sign_up is None:
        return
    if sign_up.status is SignUpStatus.OFFERED:
        talk.go_on("offer", sign_up=sign_up.id)
        return
    program = talk.catalogue.programs[sign_up.program_id]
    talk.subject = program
    deeds = [Choice(REMOVE, _("Remove it")), Choice(KEEP, _("Leave it as it is"))]
    if changeable(program):
        deeds.insert(0, Choice(CHANGE, _("Change it")))
    elif wish == CHANGE:
        wish = None
    if wish is not None and talk.place.may_overhear("deed") and "deed" not in talk.place.answers:
        talk.place.overhear("deed", [wish])
    deed = talk.choose("deed", deeds, ask=f"{_in_words(talk, sign_up)}.")
    if deed == REMOVE:
        _remove_if_sure(talk, sign_up, program)
    elif deed == CHANGE:
        change(talk, sign_up, program)
    else:
        talk.say(_("OK, it stays as it is."))


def not_coming(talk: Talk) -> None:
    """> cant come saturday sorry   < No problem, I removed it: …   A visit is offered another time first."""
    _close_older(talk)
    sign_up = _which(talk, ask=_("Which one can you not come to?"))
    if sign_up is None:
        return
    program = talk.catalogue.programs[sign_up.program_id]
    talk.subject = program
    if program.attends is Attends.VISIT and program.slots:
        talk.acknowledge("which", "")
        change(talk, sign_up, program)
    elif _wish(talk) != REMOVE and misses_a_day(talk, program, sign_up):
        note_absence(talk, program, talk.place.opening)
    else:
        _remove_if_sure(talk, sign_up, program)


def _close_older(talk: Talk) -> None:
    """What was being looked at before is the same list: it need not come back."""
    places = talk.caller.places
    places[:] = [one for one in places if one is talk.place or one.conversation not in {"my_sign_ups", "not_coming"}]


def news(talk: Talk) -> None:
    """< ¿Quiere saber de la próxima? 1 Sí 2 No   > ya   < Le aviso."""
    program = talk.catalogue.program(str(talk.place.about.get("program", "")))
    if talk.yes("news", ask=_("Do you want news of the next one?")):
        add_task(talk, TaskKind.NEWS, program=program)
        talk.say(_("Great. I will text you about the next one."))
    else:
        talk.say(_("All right."))


def _wish(talk: Talk) -> str | None:
    """What the text that opened this asks to do, if it says; or what a reminder was answered with."""
    if "wish" in talk.place.about:
        return str(talk.place.about["wish"])
    opening = hear(talk.place.opening, language=talk.caller.language, today=talk.now.date())
    return {"change": CHANGE, "remove": REMOVE}.get(opening.intent or "")


def _active(talk: Talk) -> list[SignUp]:
    """The family's sign-ups that stand, oldest first; a visit to several children is one.

    After a reminder, only those that it was about.
    """
    if talk.caller.family_id is None:
        return []
    mine = sa.select(SignUp).where(
        SignUp.family_id == talk.caller.family_id, SignUp.status.in_(ACTIVE), SignUp.seats > 0
    )
    if "sign_ups" in talk.place.about:
        mine = mine.where(SignUp.id.in_(talk.place.about["sign_ups"]))
    mine = mine.options(joinedload(SignUp.student), joinedload(SignUp.slot), joinedload(SignUp.stop))
    return list(talk.writing.session.scalars(mine.order_by(SignUp.id)))


def _which(talk: Talk, *, ask: str) -> SignUp | None:
    """The sign-up they mean: the only one, the one they named, or the one they choose."""
    active = _active(talk)
    if not active:
        _say_there_is_none(talk)
        return None
    named = [one for one in active if strength(talk.place.opening, _other_words(talk, one)) > 0]
    left = named or active
    if len(left) == 1 and talk.place.may_overhear("which"):
        return left[0]
    briefly = len(left) > MOST_IN_FULL
    choices = [Choice(str(one.id), _in_words(talk, one, briefly=briefly), _other_words(talk, one)) for one in left]
    chosen = talk.choose("which", choices, ask=ask)
    return next(one for one in active if str(one.id) == chosen)


def _say_there_is_none(talk: Talk) -> None:
    """An appointment that somebody else made for them may be meant: a person can find it."""
    if _wish(talk) is None and talk.place.conversation == "my_sign_ups":
        talk.say(_("You have no sign-ups now."))
        talk.go_on("menu")
    else:
        talk.say(_("This number has no sign-up with us. Write PERSON and someone will call you, or MENU."))


def _other_words(talk: Talk, sign_up: SignUp) -> tuple[str, ...]:
    """What else a family would call it: the child's name, or the program where nobody is named."""
    program = talk.catalogue.programs[sign_up.program_id]
    name = sign_up.student.name if sign_up.student and sign_up.student.name else None
    return (name,) if name else (*program.title.values(), *program.also_known_as)


def _in_words(talk: Talk, sign_up: SignUp, *, briefly: bool = False) -> str:
    """Beto: Verano, Brightwood 6:00am · Lupita: Verano, 2 en espera · Visita en casa, ter 12 jan, 18:45

    Briefly, without the stop, where many stand in one text.
    """
    program = talk.catalogue.programs[sign_up.program_id]
    what = in_words(program.title)
    if sign_up.status is SignUpStatus.WAITING:
        place = position(talk.writing.session, sign_up)
        what = _("%(what)s, number %(position)s waiting", what=what, position=place)
    elif sign_up.status is SignUpStatus.OFFERED:
        what = _("%(what)s, there is a place", what=what)
    elif sign_up.slot is not None:
        what = f"{what}, {slot_in_words(sign_up.slot.starts_at, program)}"
    elif sign_up.stop is not None and not briefly:
        what = f"{what}, {stop_in_words(sign_up.stop)}"
    student = sign_up.student
    if student is None or program.attends is Attends.VISIT:
        return what
    return f"{student.name or years(student.age)}: {what}"


def _remove_if_sure(talk: Talk, sign_up: SignUp, program: Program) -> None:
    """A head-count that cannot come is taken at its word; a child's seat is worth one question."""
    what = _in_words(talk, sign_up)
    sure = sign_up.student_id is None and "which" not in talk.place.answers
    if not sure and not talk.yes("sure", ask=_("Remove %(what)s?", what=what)):
        talk.say(_("OK, it stays as it is."))
        return
    for one in [sign_up, *siblings_of(talk, sign_up)]:
        withdraw(talk.writing.session, one, now=talk.now)
    talk.say(_("No problem, I removed it: %(what)s.", what=what))
    if "walk_in" in program.promises and program.ends:
        talk.say(_("Walk in any time until %(time)s if you can.", time=clock(program.ends)))
    if program.attends is Attends.PEOPLE:
        talk.go_on("news", program=program.code)
