"""When a program meets, as far as a family is to be told of it. Pure: no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.offers import begins_at, first_day
from models.program import Attends, Program
from models.sign_up import SignUp
from notifications.family_matters import Event
from notifications.family_windows import wall_time, zone_of

OFTEN = 2
"""A program that meets on more days a week than this tells of its first day only: families know the rest."""
LONGEST_BREAK = 57
"""Days: eight weeks, and the day itself. What does not meet in them has ended."""
EVENING = dt.time(17)
A_DAY = dt.timedelta(days=1)
NOT_MET = (Attends.CALL_BACK, Attends.SCREENER)
COME_FROM_WORK = (Attends.PEOPLE, Attends.PAIRS)


@dataclass(frozen=True)
class Meeting:
    """One time that a program meets: when it begins, and on whose clock."""

    begins: dt.datetime
    zone: str

    @property
    def day(self) -> dt.date:
        """The day of it, where it is."""
        return self.begins.astimezone(zone_of(self.zone)).date()


def next_meeting(program: Program, slot_at: dt.datetime | None, since: dt.datetime) -> Meeting | None:
    """Return the next meeting after `since` that somebody signed up is told of; None where there is none.

    `slot_at`: the time that they booked, where they booked one.
    """
    if slot_at is not None:
        return Meeting(slot_at, program.zone) if slot_at > since else None
    if program.attends in NOT_MET or program.begins is None or (program.attends is Attends.VISIT):
        return None
    for day in _days(program, since):
        begins = wall_time(day, program.begins, program.zone)
        if begins > since:
            return Meeting(begins, program.zone)
    return None


def meetings_within(
    program: Program, slot_at: dt.datetime | None, since: dt.datetime, until: dt.datetime
) -> list[Meeting]:
    """Return the meetings between two moments, in order; where it meets often, only the next one, also if it is not
    told of by itself.
    """
    found: list[Meeting] = []
    meeting = next_meeting(program, slot_at, since) or _next_of_many(program, since)
    while meeting is not None and meeting.begins < until:
        found.append(meeting)
        often = len(program.weekdays) > OFTEN
        meeting = None if often or slot_at is not None else next_meeting(program, None, meeting.begins)
    return found


def _next_of_many(program: Program, since: dt.datetime) -> Meeting | None:
    """The next day of a program that has begun and meets more often than it is told of."""
    if len(program.weekdays) <= OFTEN or program.begins is None or program.attends in NOT_MET:
        return None
    begins = (wall_time(day, program.begins, program.zone) for day in _ahead(program, since))
    return next((Meeting(at, program.zone) for at in begins if at > since), None)


def _days(program: Program, since: dt.datetime) -> Iterable[dt.date]:
    """The days to try, in order: each, where it meets once or twice a week; only the first, where more often."""
    if len(program.weekdays) > OFTEN and since >= begins_at(program):
        return []
    if len(program.weekdays) > OFTEN or not program.weekdays:
        return [first_day(program)]
    return _ahead(program, since)


def _ahead(program: Program, since: dt.datetime) -> Iterator[dt.date]:
    """The days on which it meets from that of a moment on, as far as one looks ahead."""
    day = max(program.starts_on, since.astimezone(zone_of(program.zone)).date())
    return filter(program.meets_on, (day + A_DAY * number for number in range(LONGEST_BREAK)))


def leave_by(sign_up: SignUp, meeting: Meeting) -> dt.datetime:
    """Return when a child must be where it is fetched, or, without a ride, when the meeting begins."""
    stop = sign_up.stop
    if stop is None or stop.pick_up is None:
        return meeting.begins
    return min(wall_time(meeting.day, stop.pick_up, meeting.zone), meeting.begins)


def event_of(program: Program, sign_up: SignUp, meeting: Meeting) -> Event:
    """Return the meeting as the family's clock asks for it."""
    evening = meeting.begins.astimezone(zone_of(meeting.zone)).time() >= EVENING
    themselves = program.attends in COME_FROM_WORK or sign_up.guardian_role == "self"
    regular = program.starts_on != program.ends_on
    return Event(meeting.begins, meeting.zone, after_shift=evening and themselves and regular)
