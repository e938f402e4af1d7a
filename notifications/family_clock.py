"""The family's clock: for every send that is not a reply, when, in which words, or not at all and why.

`decide` is a pure function of a family's work day, what there is to tell, and now. Asked again later (a server was
down, a work day has changed) it answers for that moment, so nothing of an earlier answer needs to be kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from models.workday import WorkDay
from notifications import family_moments as moments
from notifications.family_hours import Part, week, works
from notifications.family_matters import Drop, Matter, Occasion, Send
from notifications.family_moments import Chosen, Way
from notifications.family_windows import A_DAY, HORIZON, Window, windows, zone_of
from notifications.family_words import AN_HOUR, Wording, moment, wording

WAYS: Mapping[Occasion, tuple[Way, ...]] = {
    Occasion.ANSWER: (moments.still_talking, moments.soonest),
    Occasion.OFFER: (moments.soonest,),
    Occasion.NOTICE: (moments.soonest,),
    Occasion.DIGEST: (moments.on_sunday,),
    Occasion.REMINDER: (
        moments.before_shift_ends,
        moments.hours_before,
        moments.evening_before,
        moments.while_it_helps,
    ),
    Occasion.BEFORE_WORK: (moments.before_leaving,),
}
"""The ways to find a moment, the best first."""


def decide(work_day: WorkDay, matter: Matter, now: dt.datetime) -> Send | Drop:
    """Decide when a family is told something, in which words, or that it is not, and why.

    Raises ValueError for something urgent without a reason and a name.
    """
    useful_until = matter.useful_until
    if useful_until is not None and useful_until <= now:
        return Drop(f"Too late: it was of use until {moment(useful_until, work_day.zone)}.")
    if matter.occasion is Occasion.URGENT:
        return _urgent(work_day, matter, now)
    horizon = max(now, matter.earliest or now) + HORIZON
    for way in WAYS[matter.occasion]:
        chosen = way(work_day, matter, now, useful_until or horizon)
        if chosen is not None:
            return _send(work_day, matter, chosen)
    return Drop(_why_not(work_day, matter, now))


def _send(work_day: WorkDay, matter: Matter, chosen: Chosen) -> Send:
    event, at = matter.event, chosen.at
    until = min(chosen.window.ends, matter.useful_until or chosen.window.ends)
    words = None
    if event is not None:
        words = wording(at, event.begins, event.zone, work_day.zone, chosen.window.part)
        if words is Wording.IN_ONE_HOUR:
            until = min(until, event.begins - AN_HOUR[0] + dt.timedelta.resolution)
    return Send(at, until, words, f"{chosen.reason[0].upper()}{chosen.reason[1:]}.", chosen.breaks_hours)


def _urgent(work_day: WorkDay, matter: Matter, now: dt.datetime) -> Send:
    if matter.urgency is None or not matter.urgency.reason or not matter.urgency.by:
        raise ValueError("what is urgent needs a reason and a name")
    window = next(windows(work_day, now, now + dt.timedelta.resolution, early=True), None)
    outside = "" if window else ", outside of their hours"
    reason = f"urgent: {matter.urgency.reason} ({matter.urgency.by}){outside}"
    ends = matter.useful_until or now + A_DAY
    at_once = Window(now, ends, window.part if window else Part.VARIES, now.date())
    return _send(work_day, matter, Chosen(at_once, now, reason, window is None))


def _why_not(work_day: WorkDay, matter: Matter, now: dt.datetime) -> str:
    """Say for staff why there is no moment."""
    if not any(week(work_day)):
        return "They are never free between 8:00 and 21:00, as far as we know: call them."
    if matter.occasion is Occasion.BEFORE_WORK:
        return _why_not_before_work(work_day, matter)
    until = matter.useful_until
    before = f" before {moment(until, work_day.zone)}" if until else ""
    missed = next(windows(work_day, now - A_DAY * 8, now, newest_first=True, early=True), None)
    last = f"; the last was until {moment(missed.ends, work_day.zone)}" if missed else ""
    return f"No time is left in which they can read it{before}{last}."


def _why_not_before_work(work_day: WorkDay, matter: Matter) -> str:
    if not work_day.before_work:
        return "They have not said that a text before work is welcome."
    if matter.event is not None:
        day = matter.event.begins.astimezone(zone_of(work_day.zone))
        if not works(work_day, day.weekday()):
            return f"They do not leave for work on {day:%A}."
    return "There is no time left before they leave for work on that day."
