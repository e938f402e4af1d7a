"""What becomes of the sign-ups of a family that moves: each is kept, given up, or carried over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from bot.conversations.moved_where import There
from bot.talk import Choice, Talk
from locales import _, n_
from locales.dates import listing
from models.moving import BY_MOVING, carried_over, move_ahead
from models.program import Attends, Program
from models.seats import AlreadyEnrolled, Enrolled, Outcome, Waitlisted, Wish, enroll, lock_in_order, room_for
from models.sign_up import ACTIVE, SignUp
from notifications.program_words import in_words, local

KEEP, GIVE_UP, CARRY_OVER, ONE_BY_ONE = "keep", "give up", "carry over", "one by one"
ALL = "all sign-ups"
ONE = "sign-up "
WITH_A_SEAT_THERE = {Attends.CHILDREN, Attends.PAIRS}
CARRIED = ("guardian_role", "needs_ride", "hand_over", "diet", "interpreter")
"""What holds there as well; the stop and the program's own questions do not."""


@dataclass(frozen=True)
class Standing:
    """A sign-up that reaches beyond the move, what it is called, and what is there of the same kind."""

    sign_up: SignUp
    label: str
    there: Program | None

    @property
    def key(self) -> str:
        return f"{ONE}{self.sign_up.id}"

    @property
    def called(self) -> str:
        """The child's name; where nobody is named, what the sign-up is called."""
        student = self.sign_up.student
        return (student.name if student else None) or self.label


Deeds = Mapping[str, str]
"""What to do with each, by its key."""


def standing(talk: Talk, day: dt.date, there: There) -> list[Standing]:
    """The family's sign-ups that do not end before `day`, oldest first; a visit to several children is one."""
    if talk.caller.family_id is None:
        return []
    mine = sa.select(SignUp).where(
        SignUp.family_id == talk.caller.family_id, SignUp.status.in_(ACTIVE), SignUp.seats > 0
    )
    mine = mine.options(joinedload(SignUp.student), joinedload(SignUp.slot)).order_by(SignUp.id)
    ahead = move_ahead(talk.writing.session, talk.caller.family_id)
    carried = {one.id for one in carried_over(talk.writing.session, ahead)} if ahead else set()
    left = [
        one
        for one in talk.writing.session.scalars(mine)
        if _last_day(talk, one) >= day and one.id not in carried and not _is_there(talk, one, there)
    ]
    names = [one.student.name if one.student else None for one in left]
    often = Counter(names)
    return [
        Standing(
            one,
            name if name and often[name] == 1 else _with_program(talk, one, name),
            _of_the_same_kind(talk, one, day, there),
        )
        for one, name in zip(left, names, strict=True)
    ]


def _is_there(talk: Talk, sign_up: SignUp, there: There) -> bool:
    district = talk.catalogue.district_of(talk.catalogue.programs[sign_up.program_id].organization_id)
    return district is not None and district is there.district


def _last_day(talk: Talk, sign_up: SignUp) -> dt.date:
    program = talk.catalogue.programs[sign_up.program_id]
    return local(sign_up.slot.starts_at, program).date() if sign_up.slot else program.ends_on


def _with_program(talk: Talk, sign_up: SignUp, name: str | None) -> str:
    title = in_words(talk.catalogue.programs[sign_up.program_id].title)
    return f"{name}: {title}" if name else title


def _of_the_same_kind(talk: Talk, sign_up: SignUp, day: dt.date, there: There) -> Program | None:
    program = talk.catalogue.programs[sign_up.program_id]
    if there.district is None or program.attends not in WITH_A_SEAT_THERE:
        return None
    return next((one for one in talk.catalogue.open_programs if _fits(talk, one, program, sign_up, day, there)), None)


def _fits(talk: Talk, one: Program, program: Program, sign_up: SignUp, day: dt.date, there: There) -> bool:
    district = talk.catalogue.district_of(one.organization_id)
    alike = (one.kind, one.attends) == (program.kind, program.attends) and one.ends_on >= day
    return alike and district is there.district and room_for(one, sign_up.student) is not None


# --- asking ---------------------------------------------------------------------------------------------------------


def ask_what_becomes(talk: Talk, affected: Sequence[Standing], there: There) -> Deeds:
    """> 3   < Beto: ¿1 Sigue igual 2 Dejar el lugar 3 Campamento del club?   All at once where they are several."""
    if len(affected) > 1:
        deed = talk.choose(ALL, _deeds(affected, there, ONE_BY_ONE), ask=_ask_of(affected))
        if deed != ONE_BY_ONE:
            return {one.key: deed for one in affected}
    return {one.key: talk.choose(one.key, _deeds([one], there), ask=_ask_of([one])) for one in affected}


def _ask_of(asked: Sequence[Standing]) -> str:
    what = listing([one.label for one in asked])
    return n_("The sign-up of %(what)s:", "The sign-ups of %(what)s:", len(asked), what=what)


def _deeds(asked: Sequence[Standing], there: There, *more: str) -> list[Choice]:
    """Carrying over is there where all of them have something of the kind there."""
    deeds = [Choice(KEEP, _("Keep it, we still come")), Choice(GIVE_UP, _("Give up the place"))]
    if all(one.there for one in asked):
        deeds.append(Choice(CARRY_OVER, _("Change to %(place)s", place=there.in_words())))
    return [*deeds, *(Choice(one, _("One by one")) for one in more)]


def read_back(affected: Sequence[Standing], deeds: Deeds, there: There) -> list[str]:
    """Sigue: Beto. Deja el lugar: Lupita."""
    said = {
        KEEP: lambda what: _("You keep: %(what)s.", what=what),
        GIVE_UP: lambda what: _("You give up: %(what)s.", what=what),
        CARRY_OVER: lambda what: _("In %(place)s: %(what)s.", place=there.in_words(), what=what),
    }
    by_deed = {deed: [one.label for one in affected if deeds[one.key] == deed] for deed in said}
    return [said[deed](listing(labels)) for deed, labels in by_deed.items() if labels]


# --- doing ----------------------------------------------------------------------------------------------------------


def given_up(talk: Talk, affected: Sequence[Standing], deeds: Deeds) -> list[SignUp]:
    """The sign-ups that end with the move, with the other children of a visit."""
    ended = [one.sign_up for one in affected if deeds[one.key] != KEEP]
    visits = {one.program_id for one in ended if talk.catalogue.programs[one.program_id].attends is Attends.VISIT}
    beside = sa.select(SignUp).where(
        SignUp.family_id == talk.caller.family_id,
        SignUp.program_id.in_(visits),
        SignUp.status.in_(ACTIVE),
        SignUp.seats == 0,
    )
    return ended + (list(talk.writing.session.scalars(beside)) if visits else [])


def carry_over(talk: Talk, affected: Sequence[Standing], deeds: Deeds) -> list[str]:
    """Sign them up there for what is of the same kind; returns what came of it, in words."""
    carried = [(one, one.there) for one in affected if deeds[one.key] == CARRY_OVER and one.there is not None]
    lock_in_order(talk.writing.session, [there.id for _one, there in carried])
    seated: dict[int, list[str]] = {}
    others: list[str] = []
    for one, there in carried:
        outcome = _enroll_there(talk, one.sign_up, there)
        if isinstance(outcome, Enrolled | AlreadyEnrolled):
            seated.setdefault(there.id, []).append(one.called)
        else:
            others.append(_other_in_words(one, there, outcome))
    return [_seated_in_words(names, talk.catalogue.programs[there]) for there, names in seated.items()] + others


def _enroll_there(talk: Talk, sign_up: SignUp, there: Program) -> Outcome:
    wish = Wish(
        program_id=there.id,
        family_id=sign_up.family_id,
        phone_id=talk.caller.phone_id,
        student=sign_up.student,
        heads=sign_up.heads,
        details={name: getattr(sign_up, name) for name in CARRIED} | {"source": BY_MOVING},
    )
    return enroll(talk.writing.session, wish, now=talk.now)


def _seated_in_words(names: Sequence[str], there: Program) -> str:
    return n_(
        "%(names)s has a place: %(room)s.",
        "%(names)s have a place: %(room)s.",
        len(names),
        names=listing(names),
        room=in_words(there.title),
    )


def _other_in_words(one: Standing, there: Program, outcome: Outcome) -> str:
    if isinstance(outcome, Waitlisted):
        return _(
            "%(room)s is full: %(name)s is number %(position)s on the waiting list.",
            room=in_words(there.title),
            name=one.called,
            position=outcome.position,
        )
    return _("There is no place for %(name)s there; someone will call you.", name=one.called)
