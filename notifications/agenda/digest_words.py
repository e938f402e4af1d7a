"""What the Sunday summary says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locales import _, speaking
from locales.dates import day_and_time, listing
from locales.sms import for_sms, segments
from models.program import Program
from notifications.agenda.meetings import Meeting
from notifications.family_windows import zone_of
from notifications.program_words import in_words


@dataclass(frozen=True)
class Coming:
    """Something that the family has this week."""

    program: Program
    meeting: Meeting


def digest_text(coming: Sequence[Coming], news: Sequence[Program], language: str) -> str:
    """Return the summary: what they have this week, whole, and as much of what has opened as fits one segment."""
    with speaking(language):
        said = ""
        for said in _from_full_to_short(coming, news):
            if segments(for_sms(said)).count == 1:
                break
        return said


def _from_full_to_short(coming: Sequence[Coming], news: Sequence[Program]) -> Iterator[str]:
    week = "; ".join(_in_words(each) for each in coming)
    theirs = _("Your week: %(week)s.", week=week) if coming else _("You have nothing on our lists this week.")
    more = _("All messages: ALL")
    for number in range(len(news), 0, -1):
        titles = listing([in_words(program.title) for program in news[:number]])
        yield " ".join([theirs, _("Open for sign-up: %(titles)s. Write MENU.", titles=titles), more])
    yield f"{theirs} {more}"
    yield theirs


def _in_words(coming: Coming) -> str:
    begins = coming.meeting.begins.astimezone(zone_of(coming.meeting.zone))
    return f"{day_and_time(begins)} {in_words(coming.program.title)}"
