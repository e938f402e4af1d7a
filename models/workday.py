"""A family's work day: what it told us, what is usual where it lives in this season, and the two together."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, chosen_from

SUNDAY = 6
Value = TypeVar("Value")
SHORTEST_SHIFT, LONGEST_SHIFT, USUAL_SHIFT = 4 * 60, 15 * 60, 11 * 60
"""Minutes from leaving to being home. Outside of the first two, one told and one assumed time do not fit together."""
LONGEST_TOLD = 20 * 60
"""Nobody's day: one of the two times that were told is a misunderstanding."""


class Pattern(enum.StrEnum):
    """When somebody works, in the word they would use."""

    EARLY = "early"
    """Leaves before dawn."""
    DAY = "day"
    NIGHT = "night"
    VARIES = "varies"
    """Nobody knows before the evening before; hours told for one day say nothing of the next."""


@dataclass(frozen=True)
class WorkDay:
    """One family's working week in its own zone, as the family's clock needs it. Families alike in it share answers.

    `leaves_at` and `home_at` are wall times, both or neither; home before leaving means the next morning. Without
    them the hours vary.
    """

    zone: str
    """IANA name, from the place that the family declared."""
    pattern: Pattern
    leaves_at: dt.time | None
    home_at: dt.time | None
    days_off: frozenset[int] = frozenset({SUNDAY})
    """Weekdays on which they do not leave; Monday is 0."""
    before_work: bool = False
    """Whether they have said that a text before leaving is welcome."""
    not_before: dt.time | None = None
    not_after: dt.time | None = None
    """Quiet hours by choice."""
    assumed_from: str | None = None
    """Whose hours these are where the family has told none: a season's name; None where it has."""


class Hours:
    """The columns that what a family told and a season have in common. What is None is not known."""

    pattern: Mapped[Pattern | None] = mapped_column(chosen_from(Pattern), default=None)
    leaves_at: Mapped[dt.time | None] = mapped_column(default=None)
    home_at: Mapped[dt.time | None] = mapped_column(default=None)
    """Home again, or where only that was told, the end of the shift."""
    days_off: Mapped[list[int] | None] = mapped_column(default=None)
    """Monday is 0; an empty list: none."""
    not_before: Mapped[dt.time | None] = mapped_column(default=None)
    not_after: Mapped[dt.time | None] = mapped_column(default=None)


class ToldWorkDay(Hours, Base):
    """What one family told us, and where it lives. Wall times are the family's, in `zone`."""

    __tablename__ = "work_days"

    family_id: Mapped[int] = mapped_column(sa.ForeignKey("families.id"), primary_key=True, autoincrement=False)
    before_work: Mapped[bool] = mapped_column(default=False)
    """A text before leaving is welcome: only ever because they said so."""
    place: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    """The town they declared, in their words."""
    zone: Mapped[str | None] = mapped_column(sa.String(40), default=None)
    """IANA name of that town's zone. None: that of their school or district; never from an area code."""
    words: Mapped[str | None] = mapped_column(sa.String(320), default=None)
    """What they wrote, the latest, for staff to read again."""
    told_at: Mapped[dt.datetime]


class Season(Hours, Base):
    """The work that is usual in a district in some months, and its hours: the default for who has told us nothing.

    Coordinators edit these. The lowest rank is the default; the others are for who told us only a pattern.
    """

    __tablename__ = "season_defaults"
    __table_args__ = (sa.UniqueConstraint("organization_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organization_id: Mapped[int] = mapped_column(sa.ForeignKey("organizations.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(60))
    """What work: "strawberries"."""
    first_month: Mapped[int] = mapped_column(sa.SmallInteger)
    last_month: Mapped[int] = mapped_column(sa.SmallInteger)
    """Inclusive; a season may go over the new year (11 to 4)."""
    rank: Mapped[int] = mapped_column(default=0)

    def is_in(self, month: int) -> bool:
        """Tell whether the season is on in `month` (1 to 12)."""
        if self.first_month <= self.last_month:
            return self.first_month <= month <= self.last_month
        return month >= self.first_month or month <= self.last_month


Seasons = Mapping[int, Sequence[Season]]
"""By organization, the default first."""

ANY_DAY = (dt.time(6), dt.time(18))
USUAL: Mapping[Pattern, tuple[dt.time, dt.time] | None] = {
    Pattern.EARLY: (dt.time(5), dt.time(18)),
    Pattern.DAY: (dt.time(6), dt.time(18)),
    Pattern.NIGHT: (dt.time(17), dt.time(6)),
    Pattern.VARIES: None,
}
"""Leaving and home where neither the family nor its district has said. Unknown altogether counts as early: reminders
between 18:30 and 20:00, when nearly everybody is home and awake."""


def read_seasons(session: Session) -> Seasons:
    """Read every district's seasons: a few rows, for as many families as there are."""
    found: dict[int, list[Season]] = {}
    for season in session.scalars(sa.select(Season).order_by(Season.organization_id, Season.rank, Season.id)):
        found.setdefault(season.organization_id, []).append(season)
    return found


def season_for(
    seasons: Seasons, organizations: Iterable[int], month: int, pattern: Pattern | None = None
) -> Season | None:
    """Return the season of the nearest organization that has any in this month, of that pattern if one is given.

    `organizations`: the family's school, its district and so on, the nearest first (Catalogue.lineage).
    """
    for organization_id in organizations:
        now = [season for season in seasons.get(organization_id, ()) if season.is_in(month)]
        for season in now:
            if pattern is None or season.pattern is pattern:
                return season
    return None


def work_day(zone: str, told: ToldWorkDay | None, season: Season | None = None) -> WorkDay:
    """Put together what a family told and what is usual: told goes first, hour by hour.

    `zone` is that of the place the family declared, else of its school or district. `season` is the one for the
    pattern that was told (`season_for`). A season's quiet hours count only while its working hours do.
    """
    pattern = _pattern(told, season)
    hours = None if pattern is Pattern.VARIES else _hours(told, _usual(pattern, season))
    assumed = season if season is not None and _is_assumed(told, pattern, season) else None
    days_off = _first(told.days_off if told else None, season.days_off if season else None)
    return WorkDay(
        zone=zone,
        pattern=pattern,
        leaves_at=hours[0] if hours else None,
        home_at=hours[1] if hours else None,
        days_off=frozenset({SUNDAY} if days_off is None else days_off),
        before_work=told is not None and bool(told.before_work),
        not_before=_first(told.not_before if told else None, assumed.not_before if assumed else None),
        not_after=_first(told.not_after if told else None, assumed.not_after if assumed else None),
        assumed_from=assumed.name if assumed else None,
    )


def _first(told: Value | None, usual: Value | None) -> Value | None:
    return usual if told is None else told


def _is_assumed(told: ToldWorkDay | None, pattern: Pattern, season: Season) -> bool:
    """Whether the hours are the season's."""
    return not _tells_hours(told) and season.pattern in (None, pattern)


def _tells_hours(told: ToldWorkDay | None) -> bool:
    return told is not None and (told.leaves_at is not None or told.home_at is not None)


def _pattern(told: ToldWorkDay | None, season: Season | None) -> Pattern:
    """The one that was told, or that the hours show that were told; else the season's."""
    if told is not None and told.pattern is not None:
        return told.pattern
    usual = (season.pattern if season else None) or Pattern.EARLY
    if not _tells_hours(told):
        return usual
    leaves, home = _hours(told, _usual(usual, season))
    if home <= leaves:
        return Pattern.NIGHT
    return Pattern.EARLY if leaves < dt.time(6) else Pattern.DAY


def _usual(pattern: Pattern, season: Season | None) -> tuple[dt.time, dt.time]:
    """The season's hours if they are of that pattern, else those of anybody who works so."""
    if season is None or season.pattern not in (None, pattern):
        return USUAL[pattern] or ANY_DAY
    if season.leaves_at is not None and season.home_at is not None:
        return season.leaves_at, season.home_at
    return USUAL[pattern] or ANY_DAY


def _hours(told: ToldWorkDay | None, usual: tuple[dt.time, dt.time]) -> tuple[dt.time, dt.time]:
    """What was told, and for what was not, the usual, or where that does not fit to it, a usual shift away."""
    if told is None or (told.leaves_at is None and told.home_at is None):
        return usual
    leaves, home = told.leaves_at or usual[0], told.home_at or usual[1]
    length = (_minutes(home) - _minutes(leaves)) % (24 * 60)
    if told.leaves_at is not None and told.home_at is not None:
        fits = 0 < length <= LONGEST_TOLD
    else:
        fits = SHORTEST_SHIFT <= length <= LONGEST_SHIFT
    if fits:
        return leaves, home
    if told.leaves_at is not None:
        return leaves, _time(_minutes(leaves) + USUAL_SHIFT)
    return _time(_minutes(home) - USUAL_SHIFT), home


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _time(minutes: int) -> dt.time:
    return dt.time(minutes // 60 % 24, minutes % 60)
