"""A coordinator's own questions: rows of the program, not code."""

from __future__ import annotations

from typing import Any

from bot.talk import Choice, Talk
from bot.wording import in_words
from models.program import Program, Question


def coordinator_questions(talk: Talk, program: Program) -> dict[str, Any]:
    """Ask them in their order; the answers by key."""
    return {question.key: _ask(talk, question) for question in program.questions}


def _ask(talk: Talk, question: Question) -> Any:
    key, ask = f"own {question.key}", in_words(question.ask)
    if question.kind == "yes_no":
        return talk.yes(key, ask=ask)
    if question.kind == "number":
        return talk.number(key, ask=ask, least=0, most=1000)
    if question.kind == "choice":
        choices = [
            Choice(str(option["key"]), in_words(option["label"]), tuple(option["label"].values()))
            for option in question.options
        ]
        return talk.choose(key, choices, ask=ask)
    return talk.words(key, ask=ask)
