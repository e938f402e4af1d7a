"""What a reminder says: when, who, what, where, and their own stop and time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from locales import _, n_, speaking
from locales.dates import clock, day_and_time, listing
from locales.sms import for_sms, segments
from models.agenda import ItemKind
from models.program import Attends, Program
from models.sign_up import SignUp
from notifications.agenda.meetings import Meeting
from notifications.family_windows import zone_of
from notifications.family_words import Wording
from notifications.program_words import in_words, stop_in_words, years


@dataclass(frozen=True)
class Reminded:
    """What a family is reminded of: its sign-ups that stand for one meeting."""

    kind: ItemKind
    program: Program
    meeting: Meeting
    sign_ups: Sequence[SignUp]
    wording: Wording | None
    asks: bool
    clock_of: str | None = None
    """The town by whose clock the hour is, where the family lives by another."""


def reminder_text(about: Reminded, language: str) -> str:
    """Return the text: the fullest wording that fits one segment, else the shortest."""
    with speaking(language):
        said = ""
        for said in _from_full_to_short(about):
            if segments(for_sms(said)).count == 1:
                break
        return said


def _from_full_to_short(about: Reminded) -> Iterator[str]:
    no_papers = [_("Free, no papers.")] if "no_papers" in about.program.promises else []
    asks = [_ask(about)] if about.asks else []
    place = [about.program.place] if about.program.place and about.program.attends is not Attends.VISIT else []
    rides = _rides(about.sign_ups)
    for where, more in ((place, no_papers), (place, []), ([], [])):
        what = ", ".join([*_who(about), in_words(about.program.title), *where, *_heads(about)])
        said = " ".join([f"{_when(about)}: {what}.", *rides, *more, *asks])
        yield said[0].upper() + said[1:]


def _when(about: Reminded) -> str:
    begins = about.meeting.begins.astimezone(zone_of(about.meeting.zone))
    when = day_and_time(begins) + (f" ({about.clock_of})" if about.clock_of else "")
    match about.wording:
        case Wording.TOMORROW:
            return _("Tomorrow, %(when)s", when=when)
        case Wording.TONIGHT:
            return _("Tonight, %(when)s", when=when)
        case Wording.TODAY:
            return _("Today, %(when)s", when=when)
        case Wording.IN_ONE_HOUR:
            return _("In 1 hour, %(time)s", time=clock(begins.time()))
        case Wording.BEFORE_YOU_LEAVE:
            return _("Good morning. Today, %(when)s", when=when)
        case _:
            return when


def _who(about: Reminded) -> list[str]:
    """The children, by nickname; a visit is to all of them."""
    if about.program.attends is Attends.VISIT:
        return []
    students = [one.student for one in about.sign_ups if one.student is not None]
    called = [student.name or years(student.age) for student in students]
    return [listing(called)] if called else []


def _heads(about: Reminded) -> list[str]:
    heads = sum(one.heads for one in about.sign_ups if one.student_id is None)
    return [n_("1 person", "%(n)s people", heads)] if heads else []


def _rides(sign_ups: Sequence[SignUp]) -> list[str]:
    stops = dict.fromkeys(stop_in_words(one.stop) for one in sign_ups if one.stop is not None)
    if not stops:
        return []
    said = ", ".join(stops)
    labelled = _("Bus: %(stops)s.", stops=said)
    says_it_itself = said.casefold().startswith(labelled.partition(":")[0].casefold())
    return [f"{said}." if says_it_itself else labelled]  # a stop may be called Bus B


def _ask(about: Reminded) -> str:
    if about.kind is not ItemKind.CONFIRM:
        return _("OK or CHANGE?")
    if about.program.attends is Attends.VISIT:  # it is not they who come
        return _("Does it still suit you? OK or CHANGE")
    return _("Are you still coming? OK or CHANGE")
