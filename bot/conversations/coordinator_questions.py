"""A coordinator's own questions: rows of the program, not code."""

from __future__ import annotations

from typing import Any

from bot.heard import Heard
from bot.heard.answers import yes_no
from bot.talk import Choice, Talk
from bot.talk import Question as Asked
from models.program import Program, Question
from notifications.program_words import in_words


def coordinator_questions(talk: Talk, program: Program) -> dict[str, Any]:
    """Ask them in their order; the answers by key."""
    return {question.key: _ask(talk, question) for question in program.questions}


def _ask(talk: Talk, question: Question) -> Any:
    key, ask = f"own {question.key}", in_words(question.ask)
    if question.kind == "yes_no":
        return talk.yes(key, ask=ask)
    if question.kind == "number":
        return talk.answer(Asked(key, "number", ask), understood=_how_many, fits=lambda told: 0 <= told <= 1000)
    if question.kind == "choice":
        choices = [
            Choice(str(option["key"]), in_words(option["label"]), tuple(option["label"].values()))
            for option in question.options
        ]
        return talk.choose(key, choices, ask=ask)
    return talk.words(key, ask=ask)


def _how_many(heard: Heard) -> int | None:
    """A number; "no" and "nobody" are none."""
    if isinstance(heard.answer, int):
        return heard.answer
    return 0 if yes_no(heard.text) is False else None
