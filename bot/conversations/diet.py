"""What children must not eat: told once for all of them, or child by child."""

from __future__ import annotations

from bot.heard.waiting import Option
from bot.talk import Question, Talk
from locales import _, n_

ALL = ""
"""Under this name stands what holds for all of them."""


def ask_diet(talk: Talk, names: list[str], *, myself: bool = False) -> dict[str, list[str]]:
    """> lupita cacahuates i puerco no comemos   {"Lupita": ["allergy:peanut"], "": ["no:pork"]}"""
    told: dict[str, list[str]] = talk.answer(
        Question(
            "diet",
            "diet",
            _("Any food you cannot eat, or an allergy? Write which, or NO")
            if myself
            else n_(
                "Any food your child cannot eat, or an allergy? Write which, or NO",
                "Any food they cannot eat, or an allergy? Write which, or NO",
                len(names),
            ),
            _("Which food? Write it, or NO"),
        ),
        options=tuple(Option(name) for name in names if name),
        understood=lambda heard: heard.answer if any(letter.isalpha() for letter in heard.text) else None,
    )
    return {ALL if name == "*" else name: codes for name, codes in told.items()}
