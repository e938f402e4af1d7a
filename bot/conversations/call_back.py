"""When a person may call: one of three times, or their own words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.heard import Heard
from bot.heard.answers import availability, yes_no
from bot.heard.intents import recognize
from bot.talk import Choice, Question, Talk, as_options, numbered
from bot.wording import times_in_words
from locales import _
from locales.dates import clock

BEFORE_WORK = "06:00"
AFTER_WORK = "18:00"
SATURDAY: dict[str, Any] = {"days": ["sat"]}
NO_CALL = "no call"


def ask_when_to_call(
    talk: Talk, *, ask: str, about: str = "", may_refuse: bool = False, told_already: bool = False
) -> list[dict[str, Any]]:
    """> apre 5pm   The choices follow what the family has told of its work already ("mwen travay jiska 5è").

    Returns when they can be called; nothing where they may refuse and did. `told_already`: the text that opened
    the conversation asks for a call, so a time in it is meant for the call ("llámenme después de las 5").
    """
    choices = [*call_choices(_home_from(talk)), *([Choice(NO_CALL, _("No"))] if may_refuse else [])]
    meant: dict[str, list[dict[str, Any]]] = {
        "before": [{"before": BEFORE_WORK}],
        "after": [{"after": _home_from(talk)}],
        "saturday": [SATURDAY],
    }
    offered = tuple(choice.key for choice in choices)
    shorter = f"{ask} {numbered(choices)}"

    def understood(heard: Heard) -> list[dict[str, Any]] | None:
        key = choices[heard.answer - 1].key if isinstance(heard.answer, int) else None
        if not _by_number(heard.text) and (told := _told(heard.text)):
            return told  # "after 5" is not the "After 6pm" that it resembles
        if key == NO_CALL and yes_no(heard.text) is not False and not heard.text.strip().startswith("4"):
            return None  # "do I qualify or no?" is no refusal
        return None if key is None else meant.get(key, [])

    return list(
        talk.answer(
            Question("when", "choice", f"{about} {shorter}".strip(), shorter, offered, shorter),
            options=as_options(choices),
            understood=understood,
            overheard=_told if told_already else None,
        )
    )


def call_choices(home_from: str) -> list[Choice]:
    """1 Before 6am 2 After 6pm 3 Saturday"""
    return [
        Choice("before", _("Before %(time)s", time=clock(dt.time.fromisoformat(BEFORE_WORK)))),
        Choice("after", _("After %(time)s", time=clock(dt.time.fromisoformat(home_from)))),
        Choice("saturday", _("Saturday")),
    ]


def noted(when: list[dict[str, Any]]) -> str:
    """Someone will call you after 5pm."""
    return _("Someone will call you %(when)s.", when=times_in_words(when))


def _by_number(text: str) -> bool:
    """Whether a choice was made by its number, perhaps with a courtesy or another request behind it."""
    return text.strip()[:1].isdigit() and not text.strip()[1:2].isalnum()


def _home_from(talk: Talk) -> str:
    """The time they are home from, as told on the way; else six."""
    kept = talk.place.about.get("home from")
    if kept is None:
        told = [_told(text) or [] for text in (talk.taken, talk.place.opening) if _tells_of_work(text)]
        kept = next((when["after"] for times in told for when in times if "after" in when), None)
        if kept is not None:
            talk.place.about["home from"] = kept
    return str(kept or AFTER_WORK)


def _tells_of_work(text: str) -> bool:
    return bool(text) and recognize(text)[0] == "work_day"


def _told(text: str) -> list[dict[str, Any]] | None:
    return (availability(text) or None) if text else None
