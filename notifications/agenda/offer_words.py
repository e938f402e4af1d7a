"""What an offer says: for whom there is a place, where, from when, and until when it is kept for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from locales import _, n_
from locales.dates import clock, short_day, weekday, weekday_and_day
from locales.sms import for_sms, segments
from models.offers import begins_at
from models.program import Program, Room
from models.sign_up import SignUp
from notifications.family_windows import zone_of
from notifications.program_words import in_words, local, slot_in_words, years

A_WEEK_AHEAD = 6
"""So many days ahead, a weekday alone says which day is meant."""


@dataclass(frozen=True)
class Offered:
    """A held seat as its family reads of it at `now`, on its own clock."""

    sign_up: SignUp
    program: Program
    zone: str
    now: dt.datetime


def offer_text(about: Offered) -> str:
    """Hay lugar para Lupita en preescolar, desde el 6 jul. ¿Lo toma? SÍ o NO. Guardamos el lugar hasta mañana 8pm.

    The fullest wording that fits one segment, in the language that is being spoken.
    """
    said = ""
    for said in _from_full_to_short(about):
        if segments(for_sms(said)).count == 1:
            break
    return said


def _from_full_to_short(about: Offered) -> Iterator[str]:
    asks = _("Do you want it? 1 Yes 2 No.")
    until = about.sign_up.hold_until
    kept = [_("We keep the place until %(when)s.", when=until_in_words(until, about.now, about.zone))] if until else []
    name, what = who_in_words(about.sign_up), where_in_words(about.sign_up, about.program)
    yield " ".join([_from_when(about, name, what), asks, *kept])
    yield " ".join([_("There is a place for %(name)s in %(what)s.", name=name, what=what), asks, *kept])


def _from_when(about: Offered, name: str, what: str) -> str:
    sign_up, program = about.sign_up, about.program
    slot = next((slot for slot in program.slots if slot.id == sign_up.slot_id), None)
    begins = begins_at(program, slot)
    if slot is None and program.starts_on != program.ends_on:
        day = short_day(local(begins, program).date())
        return _("There is a place for %(name)s in %(what)s, from %(day)s.", name=name, what=what, day=day)
    dated = weekday_and_day(local(begins, program).date())
    when = slot_in_words(begins, program) if slot or program.begins else dated
    return _("There is a place for %(name)s: %(what)s, %(when)s.", name=name, what=what, when=when)


def who_in_words(sign_up: SignUp) -> str:
    """For whom it is: the child's nickname or age, or how many people."""
    if sign_up.student is not None:
        return sign_up.student.name or years(sign_up.student.age)
    return n_("1 person", "%(n)s people", sign_up.heads)


def where_in_words(sign_up: SignUp, program: Program) -> str:
    """The room, where it has a name of its own, as it stands within a sentence: preescolar, K-2; else the program."""
    room = next((room for room in program.rooms if room.id == sign_up.room_id), None)
    return _within_a_sentence(room) if room is not None and room.title else in_words(program.title)


def _within_a_sentence(room: Room) -> str:
    title = in_words(room.title)
    return title[:1].lower() + title[1:] if title[1:2].islower() else title


def until_in_words(until: dt.datetime, now: dt.datetime, zone: str) -> str:
    """Say an instant on the family's clock, as seen from `now`: hoy 8pm, mañana 8pm, el lunes 8pm, el lun 12 jul 8pm"""
    there = until.astimezone(zone_of(zone))
    days = (there.date() - now.astimezone(zone_of(zone)).date()).days
    time = clock(there.time())
    if days == 0:
        return _("today %(time)s", time=time)
    if days == 1:
        return _("tomorrow %(time)s", time=time)
    day = weekday(there) if 0 < days <= A_WEEK_AHEAD else weekday_and_day(there)
    return _("%(day)s %(time)s", day=day, time=time)
