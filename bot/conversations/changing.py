"""Changing one sign-up: another time, another stop, who brings the child, what it must not eat."""

from __future__ import annotations

from bot.conversations.diet import ask_diet
from bot.conversations.ride import hand_over_in_words
from bot.conversations.visit_times import fitting_slots
from bot.talk import Choice, Talk
from bot.tasks import add_task
from bot.wording import food
from locales import _
from locales.dates import listing
from models.program import Program
from models.seats import Enrolled, move_to_slot
from models.sign_up import SignUp
from models.task import TaskKind
from notifications.program_words import slot_in_words, stop_in_words

NONE = "none"
TIMES_SHOWN = 2


def changeable(program: Program) -> bool:
    """Whether there is anything to change but leaving."""
    return bool(program.slots or program.stops or "diet" in program.asks)


def change(talk: Talk, sign_up: SignUp, program: Program) -> None:
    """> cambiar   < 1 Parada 2 Quién lo lleva 3 Comida   > 1   < ¿Cuál parada? …   < Cambiado: White St 6:15am."""
    if program.slots:
        _change_time(talk, sign_up, program)
        return
    parts = [
        (Choice("stop", _("Bus stop")), bool(program.stops)),
        (Choice("hand over", _("Who takes them")), "hand_over" in program.asks and bool(sign_up.needs_ride)),
        (Choice("diet", _("Food")), "diet" in program.asks),
    ]
    there = [choice for choice, asked in parts if asked]
    ask = _("What do you want to change?")
    part = there[0].key if len(there) == 1 else talk.choose("part", there, ask=ask, overhear=True)
    {"stop": _change_stop, "hand over": _change_hand_over, "diet": _change_diet}[part](talk, sign_up, program)
    sign_up.changed_at = talk.now


def _change_time(talk: Talk, sign_up: SignUp, program: Program) -> None:
    """Real free times only; with none that fits, a person finds one and the old time stays until then."""
    free = fitting_slots(talk, program, sign_up.available or [{}], seats=sign_up.seats)
    others = [slot for slot in free if slot.id != sign_up.slot_id][:TIMES_SHOWN]
    choices = [Choice(str(slot.id), slot_in_words(slot.starts_at, program)) for slot in others]
    ask = _("No problem. Which time is good?")
    chosen = talk.choose("slot", [*choices, Choice(NONE, _("None"))], ask=ask) if others else NONE
    slot = next((slot for slot in others if str(slot.id) == chosen), None)
    if slot is None:
        add_task(talk, TaskKind.CALL_BACK, program=program)
        talk.say(_("Someone will call you to find a time."))
    elif not isinstance(move_to_slot(talk.writing.session, sign_up, slot.id, now=talk.now), Enrolled):
        talk.say(_("That time was just taken. Your old time stays. To change, send CHANGE."))
    else:
        talk.say(_("Changed: %(when)s. They know already.", when=slot_in_words(slot.starts_at, program)))


def _change_stop(talk: Talk, sign_up: SignUp, program: Program) -> None:
    stops = {str(stop.id): stop for stop in program.stops}
    choices = [Choice(key, stop_in_words(stop), (stop.name, *stop.also_known_as)) for key, stop in stops.items()]
    chosen = talk.choose("stop", [*choices, Choice(NONE, _("No bus"))], ask=_("Which stop?"), overhear=True)
    stop = stops.get(chosen)
    by_hand = "hand_over" in program.asks and sign_up.guardian_role != "self"
    hand_over = _who_takes(talk) if stop and by_hand and not sign_up.hand_over else sign_up.hand_over
    sign_up.hand_over = hand_over if stop else None
    sign_up.stop_id, sign_up.needs_ride = (stop.id if stop else None), stop is not None
    talk.say(_("Changed: %(what)s.", what=stop_in_words(stop) if stop else _("No bus")))


def _change_hand_over(talk: Talk, sign_up: SignUp, _program: Program) -> None:
    sign_up.hand_over = _who_takes(talk)
    talk.say(_("Done, I noted it."))


def _who_takes(talk: Talk) -> str:
    return hand_over_in_words(talk, ask=_("Who takes your child to the bus? Example: grandmother, neighbor"))


def _change_diet(talk: Talk, sign_up: SignUp, _program: Program) -> None:
    sign_up.diet = [code for codes in ask_diet(talk, [""]).values() for code in codes]
    foods = listing([food(code) for code in sign_up.diet])
    talk.say(_("Changed: %(what)s.", what=foods) if foods else _("Done, I noted it."))
