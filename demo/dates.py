"""How far the example's dates are moved, so that a demonstration never goes stale."""

from __future__ import annotations

import datetime as dt
import itertools

SCHOOL_YEAR_ENDS = dt.date(2027, 8, 31)
"""The last day of the school year that the files are written for."""
WEEKS_IN_A_YEAR = 365.2425 / 7


def shift(today: dt.date) -> dt.timedelta:
    """What to add to every date of the files: nothing until their school year is over, then years of whole weeks.

    A Saturday stays a Saturday, and July stays July: each year is the nearest number of weeks, usually 52 (364
    days), now and then 53, so that a summer program does not creep towards spring.
    """
    nearby = max(0, today.year - SCHOOL_YEAR_ENDS.year - 1)
    shifts = (dt.timedelta(weeks=round(years * WEEKS_IN_A_YEAR)) for years in itertools.count(nearby))
    return next(moved for moved in shifts if SCHOOL_YEAR_ENDS + moved >= today)
