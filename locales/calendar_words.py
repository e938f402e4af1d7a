"""The names of days, months and grades in each catalog's language, as families read them.

Our own tables: CLDR has French names for Haitian Creole, dots after Portuguese short names, and
narrow spaces that turn a text of one segment into one of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class CalendarWords:
    """How one language speaks of days and grades; weekdays start on Monday, months in January.

    `day` and `weekday_day` are formats; `month` and `weekday` in them are the short names.
    """

    months: tuple[str, ...]
    short_months: tuple[str, ...]
    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    day: str
    weekday_day: str
    twelve_hours: bool
    hours_joined: str
    days_joined: str
    range_weekdays: tuple[str, ...]
    pair_weekdays: tuple[str, ...]
    list_weekdays: tuple[str, ...]
    every_day: str
    joined_last: str
    preschool: str
    kindergarten: str
    grade: Callable[[int], str]


_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ES_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
_PT_MONTHS = (
    "janeiro", "fevereiro", "março", "abril", "maio", "junho",
    "julho", "agosto", "setembro", "outubro", "novembro", "dezembro",
)  # fmt: skip
_HT_MONTHS = (
    "janvye", "fevriye", "mas", "avril", "me", "jen",
    "jiyè", "out", "septanm", "oktòb", "novanm", "desanm",
)  # fmt: skip

_EN_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ES_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_PT_WEEKDAYS = ("segunda", "terça", "quarta", "quinta", "sexta", "sábado", "domingo")
_HT_WEEKDAYS = ("lendi", "madi", "mèkredi", "jedi", "vandredi", "samdi", "dimanch")


def _short(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[:3] for name in names)


def _english_grade(grade: int) -> str:
    return f"{grade}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(grade, 'th') } grade"


def _spanish_grade(grade: int) -> str:
    endings = ("er", "do", "er", "to", "to", "to", "mo", "vo", "no", "mo", "mo", "mo")
    return f"{grade}{endings[grade - 1]} grado"


def _portuguese_grade(grade: int) -> str:
    return f"{grade}ª série"


def _creole_grade(grade: int) -> str:
    return "1ye ane" if grade == 1 else f"{grade}yèm ane"


CALENDAR_WORDS: dict[str, CalendarWords] = {
    "en": CalendarWords(
        months=_EN_MONTHS,
        short_months=_short(_EN_MONTHS),
        weekdays=_EN_WEEKDAYS,
        short_weekdays=_short(_EN_WEEKDAYS),
        day="{month} {day}",
        weekday_day="{weekday} {month} {day}",
        twelve_hours=True,
        hours_joined="-",
        days_joined="-",
        range_weekdays=_short(_EN_WEEKDAYS),
        pair_weekdays=_short(_EN_WEEKDAYS),
        list_weekdays=_short(_EN_WEEKDAYS),
        every_day="every day",
        joined_last=" and ",
        preschool="preschool (age 3-4)",
        kindergarten="kindergarten (age 5)",
        grade=_english_grade,
    ),
    "es": CalendarWords(
        months=_ES_MONTHS,
        short_months=_short(_ES_MONTHS),
        weekdays=_ES_WEEKDAYS,
        short_weekdays=_short(_ES_WEEKDAYS),
        day="{day} {month}",
        weekday_day="{weekday} {day} {month}",
        twelve_hours=True,
        hours_joined=" a ",
        days_joined=" a ",
        range_weekdays=_ES_WEEKDAYS,
        pair_weekdays=_ES_WEEKDAYS,
        list_weekdays=_short(_ES_WEEKDAYS),
        every_day="todos los días",
        joined_last=" y ",
        preschool="preescolar (3-4 años)",
        kindergarten="kínder (5 años)",
        grade=_spanish_grade,
    ),
    "pt_BR": CalendarWords(
        months=_PT_MONTHS,
        short_months=_short(_PT_MONTHS),
        weekdays=_PT_WEEKDAYS,
        short_weekdays=_short(_PT_WEEKDAYS),
        day="{day} {month}",
        weekday_day="{weekday} {day} {month}",
        twelve_hours=False,
        hours_joined=" às ",
        days_joined=" a ",
        range_weekdays=_short(_PT_WEEKDAYS),
        pair_weekdays=_short(_PT_WEEKDAYS),
        list_weekdays=_short(_PT_WEEKDAYS),
        every_day="todos os dias",
        joined_last=" e ",
        preschool="pré-escola (3-4 anos)",
        kindergarten="jardim de infância (5 anos)",
        grade=_portuguese_grade,
    ),
    "ht": CalendarWords(
        months=_HT_MONTHS,
        short_months=_HT_MONTHS,
        weekdays=_HT_WEEKDAYS,
        short_weekdays=_short(_HT_WEEKDAYS),
        day="{day} {month}",
        weekday_day="{weekday} {day} {month}",
        twelve_hours=True,
        hours_joined="-",
        days_joined="-",
        range_weekdays=_HT_WEEKDAYS,
        pair_weekdays=_HT_WEEKDAYS,
        list_weekdays=_HT_WEEKDAYS,
        every_day="chak jou",
        joined_last=" ak ",
        preschool="pre-kindègadenn (3-4 an)",
        kindergarten="jadendanfan (5 an)",
        grade=_creole_grade,
    ),
}
