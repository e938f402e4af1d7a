"""A head-count: a clinic with times, an open house, a course for parents. Nobody is named."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.conversations.coordinator_questions import coordinator_questions
from bot.conversations.enrolling import family_of
from bot.conversations.interpreter import ask_interpreter, interpreter_noted
from bot.conversations.ride import needs_ride, which_stop
from bot.conversations.visit_times import free_slots
from bot.heard import Heard, hear
from bot.heard.answers import availability
from bot.heard.told import people_told
from bot.talk import Choice, Question, Talk, as_options, numbered
from locales import _, n_
from locales.dates import clock, weekday_and_day
from models.program import Program, Slot
from models.seats import AlreadyEnrolled, Enrolled, Outcome, Waitlisted, Wish, enroll
from notifications.program_words import local, on_the_clock, slot_in_words, stop_in_words

TIMES_SHOWN = 4
MOST_PEOPLE = 30


def sign_up_people(talk: Talk, program: Program) -> None:
    """> yes 4 person   < OK, 4 people. What time? …   > i work til 1   < Then 1:30pm is best. …   < Done …"""
    people = _how_many(talk)
    slot = _which_time(talk, program, people) if program.slots else None
    if talk.asked == "others_welcome" and "anyone" in program.promises:
        talk.asked = None
        talk.say(_("Yes, anyone can come."))
        talk.forget("people")
        people = _how_many(talk, ask=_("How many people in total? Send a number."))
    ride = _ask_shuttle(talk, program) if "ride" in program.asks else {}
    own = coordinator_questions(talk, program)
    if "interpreter" in program.asks:
        talk.acknowledge("people", f"{_people(people)}.")
    interpreter = ask_interpreter(talk, program) if "interpreter" in program.asks else None
    _book(talk, program, slot, people, {**ride, "answers": own, "interpreter": interpreter})


def _ask_shuttle(talk: Talk, program: Program) -> dict[str, Any]:
    """Whether they need the bus, and from which stop."""
    stops = {stop.name: stop for stop in program.stops}
    if not needs_ride(talk, stops, ask=_("Do you need the bus?")):
        return {"needs_ride": False}
    stop = which_stop(talk, stops)
    if stop and len(stops) == 1:
        talk.acknowledge("ride", _("Bus %(stop)s.", stop=stop_in_words(stop)))
    return {"needs_ride": True, "stop_id": stop.id if stop else None}


def _how_many(talk: Talk, ask: str | None = None) -> int:
    def understood(heard: Heard) -> int | None:
        return heard.answer if isinstance(heard.answer, int) else people_told(heard.text)

    question = ask or _("How many people will come? Send a number.")
    again = _("Only the number, please. Example: 4")
    return int(
        talk.answer(
            Question("people", "number", question, again),
            understood=understood,
            fits=lambda told: told in range(1, MOST_PEOPLE + 1),
            overheard=people_told,
        )
    )


def _which_time(talk: Talk, program: Program, people: int) -> Slot | None:
    """One of four times spread over the day, or any that they name; "after 1" is met with the first that fits."""
    free = free_slots(talk, program, people)
    if not free:
        talk.acknowledge("people", _("All times are full. Come without one if you can; we will find you a moment."))
        return None
    shown = _spread(free)
    slots = shown + [slot for slot in free if slot not in shown]
    choices = [Choice(str(slot.id), on_the_clock(local(slot.starts_at, program).time())) for slot in slots]
    times = numbered(choices[: len(shown)])
    question = Question(
        "time",
        "choice",
        _("%(people)s. What time? %(times)s", people=_people(people), times=times),
        _("Which time? %(times)s", times=times),
        tuple(choice.key for choice in choices[: len(shown)]),
    )

    def understood(heard: Heard) -> dict[str, Any] | None:
        works = hear(heard.text, today=talk.now.date()).intent == "work_day"  # "i work til 1": no wish for one o'clock
        hour = _bare_hour(heard.text)
        if hour > len(shown):  # more than the choices that were shown: "10" is ten o'clock
            then = (slot for slot in slots if local(slot.starts_at, program).time() == dt.time(hour))
            return next(({"slot": str(slot.id)} for slot in then), None)
        if isinstance(heard.answer, int) and not works:
            return {"slot": choices[heard.answer - 1].key}
        best = _first_after(_told_limits(heard.text), slots, program)
        return {"slot": str(best.id), "proposed": True} if best else None

    still_free = {choice.key for choice in choices}
    told = talk.answer(
        question,
        options=as_options(choices),
        understood=understood,
        fits=lambda answer: answer["slot"] in still_free,
    )
    slot = next(slot for slot in slots if str(slot.id) == told["slot"])
    if told.get("proposed") and not _takes_proposed(talk, program, slot, people):
        talk.forget("time", "book")
        return _which_time(talk, program, people)
    return slot


def _takes_proposed(talk: Talk, program: Program, slot: Slot, people: int) -> bool:
    time = clock(local(slot.starts_at, program).time())
    talk.acknowledge("time", _("Then %(time)s is best.", time=time))
    return talk.yes("book", ask=_("Book %(people)s at %(time)s?", people=_people(people), time=time))


def _told_limits(text: str) -> list[dt.time]:
    """The time from which they can, where they told when they work instead of choosing; a bare 11 may be either."""
    told = availability(text) or []
    after = next((dt.time.fromisoformat(when["after"]) for when in told if "after" in when), None)
    if after is None:
        return []
    return [after, *([after.replace(hour=after.hour - 12)] if after.hour > 12 else [])]


def _bare_hour(text: str) -> int:
    """A text that is an hour of the day and nothing else; 0 for any other."""
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 3 and int(bare) < 24 else 0


def _first_after(limits: list[dt.time], slots: list[Slot], program: Program) -> Slot | None:
    later = (slot for limit in limits for slot in slots if local(slot.starts_at, program).time() > limit)
    return next(later, None)


def _spread(slots: list[Slot]) -> list[Slot]:
    """Up to four of them, from the first to the last, evenly."""
    if len(slots) <= TIMES_SHOWN:
        return slots
    step = (len(slots) - 1) / (TIMES_SHOWN - 1)
    return [slots[round(number * step)] for number in range(TIMES_SHOWN)]


def _book(talk: Talk, program: Program, slot: Slot | None, people: int, details: dict[str, Any]) -> None:
    wish = Wish(
        program_id=program.id,
        family_id=family_of(talk),
        phone_id=talk.caller.phone_id,
        slot_id=slot.id if slot else None,
        heads=people,
        details=details,
    )
    outcome = enroll(talk.writing.session, wish, now=talk.now)
    talk.say(_told(program, slot, people, outcome))
    if isinstance(outcome, Enrolled):
        talk.say(interpreter_noted(details["interpreter"]))
        talk.say(_("I will remind you the evening before. To change, send CHANGE."))


def _told(program: Program, slot: Slot | None, people: int, outcome: Outcome) -> str:
    when = slot_in_words(slot.starts_at, program) if slot else _day_and_hour(program)
    if isinstance(outcome, Enrolled):
        return _("Booked: %(people)s, %(when)s, %(place)s.", people=_people(people), when=when, place=program.place)
    if isinstance(outcome, Waitlisted):
        return _("It is full: you are number %(position)s on the waiting list.", position=outcome.position)
    if isinstance(outcome, AlreadyEnrolled):
        return _("You were on the list already. To change, send CHANGE.")
    return _("Sorry, that is no longer open. Write MENU to see other programs.")


def _day_and_hour(program: Program) -> str:
    day = weekday_and_day(program.starts_on)
    return f"{day}, {clock(program.begins)}" if program.begins else day


def _people(count: int) -> str:
    return n_("1 person", "%(n)s people", count)
