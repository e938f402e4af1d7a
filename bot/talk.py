"""What a conversation can do: ask for what it does not know yet, and say things.

A conversation is a plain function of a Talk. Each turn runs it again from its start: a question that was answered
returns its stored answer, the question that waits takes the text, and the first one left open stops the function.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from bot.caller import Caller
from bot.heard import Heard, hear
from bot.heard.answers import read
from bot.heard.mentions import strength
from bot.heard.waiting import Answer, Option, Waiting
from bot.writing import Writing
from locales import _
from models.catalogue import Catalogue
from models.family import Student
from models.place import Place
from models.program import Program
from notifications.program_words import yes_or_no

PAGE = 7
"""How many choices are shown at once where there are more than one more than this."""
MORE = "more"
WORDS = "words"
"""A question answered in free words: whatever is neither a request nor a question of theirs."""

Overheard = Callable[[str], Any] | None
"""Reads an answer out of a text that was about something else."""


@dataclass(frozen=True)
class Choice:
    """One option: the key that is kept, the label that is shown, and other words that mean it."""

    key: str
    label: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """A question as it is asked now. `again` is a gentler wording for when the first was not answered."""

    key: str
    kind: str
    text: str
    again: str | None = None
    offered: tuple[str, ...] = ()
    repeat: str | None = None
    """A shorter wording, where the question comes once more after something else was said."""


class Stopped(Exception):
    """A question without an answer. `heard` is what the text was, where it was meant to answer this question."""

    def __init__(self, question: Question, heard: Heard | None = None) -> None:
        super().__init__(question.key)
        self.question = question
        self.heard = heard


@dataclass(frozen=True)
class Next:
    """The conversation that goes on when this one ends."""

    conversation: str
    about: dict[str, Any] = field(default_factory=dict)
    opening: str = ""


class Talk:
    """One turn of one conversation: who is texting, what they wrote, what has been said so far."""

    def __init__(
        self, caller: Caller, catalogue: Catalogue, writing: Writing, text: str | None, now: dt.datetime
    ) -> None:
        self.caller = caller
        self.catalogue = catalogue
        self.writing = writing
        self.now = now
        self.text = text
        """The text, until a question has taken it."""
        self.heard: tuple[str, Heard] | None = None
        """The text as the turn heard it, and for which kind of question."""
        self.taken = ""
        """The text, once a question has taken it: more answers may be in it."""
        self.just_answered: set[str] = set()
        self.said: list[str] = []
        self.asked: str | None = None
        """The topic of a side question that is still to be answered (bot/heard/questions.py)."""
        self.subject: Program | None = None
        """The program that the conversation is about: side questions are about it too."""
        self.next: Next | None = None
        self.replay: str | None = None
        """A text of before, to be taken again by what is open now."""
        self.anew: str | None = None
        """A text of before, to be taken as if it came only now."""
        self.place = Place("menu")

    @cached_property
    def students(self) -> list[Student]:
        """The family's students that we know."""
        if self.caller.family_id is None:
            return []
        mine = sa.select(Student).where(Student.family_id == self.caller.family_id).order_by(Student.id)
        return list(self.writing.session.scalars(mine))

    # --- saying -------------------------------------------------------------------------------------------------

    def say(self, text: str) -> None:
        """Put a sentence into the reply."""
        if text:
            self.said.append(text)

    def acknowledge(self, key: str, text: str) -> None:
        """Say something about an answer, in the turn that brought it and never again."""
        if key in self.just_answered:
            self.say(text)

    def go_on(self, conversation: str, *, opening: str = "", **about: Any) -> None:
        """Let another conversation follow this one, in the same reply."""
        self.next = Next(conversation, about, opening)

    def forget(self, *prefixes: str) -> None:
        """Drop answers, so that they are asked again."""
        self.place.forget(*prefixes)

    # --- asking -------------------------------------------------------------------------------------------------

    def yes(self, key: str, *, ask: str, again: str | None = None, overheard: Overheard = None) -> bool:
        """Ask a question that is answered with yes or no."""
        shorter = again and f"{again} {yes_or_no()}"
        question = Question(key, "yes_no", f"{ask} {yes_or_no()}", shorter, repeat=shorter)
        return bool(self.answer(question, overheard=overheard))

    def number(
        self,
        key: str,
        *,
        ask: str,
        again: str | None = None,
        least: int = 1,
        most: int = 20,
        overheard: Overheard = None,
    ) -> int:
        """Ask for a number from `least` to `most`."""
        question = Question(key, "number", ask, again)

        def fits(value: Any) -> bool:
            return isinstance(value, int) and least <= value <= most

        return int(self.answer(question, fits=fits, overheard=overheard))

    def value(
        self,
        key: str,
        kind: str,
        *,
        ask: str,
        again: str | None = None,
        fits: Callable[[Any], bool] = lambda _answer: True,
        overheard: Overheard = None,
    ) -> Any:
        """Ask for an answer of a kind that bot/heard reads: age, ages, name, availability, …"""
        return self.answer(Question(key, kind, ask, again), fits=fits, overheard=overheard)

    def words(self, key: str, *, ask: str, kind: str = WORDS, most: int = 160) -> str:
        """Ask for something in their own words (`most` letters), or for an answer of a kind where it is one."""

        def understood(heard: Heard) -> Any:
            return heard.answer or self._beside_a_greeting(kind, heard) or own_words(heard, most)

        return str(self.answer(Question(key, kind, ask), understood=understood))

    def _beside_a_greeting(self, kind: str, heard: Heard) -> Answer:
        """Spanish "yo" is also an English greeting: an answer of the kind that was asked for goes first."""
        return read(Waiting(kind), heard.text, today=self.now.date()) if heard.intent == "greeting" else None

    def choose(
        self, key: str, choices: Sequence[Choice], *, ask: str, again: str | None = None, overhear: bool = False
    ) -> str:
        """Ask for one of the choices and return its key. With `overhear`, an earlier text may have told already."""
        return self.choose_some(key, choices, ask=ask, again=again, overhear=overhear, most=1)[0]

    def choose_some(
        self,
        key: str,
        choices: Sequence[Choice],
        *,
        ask: str,
        again: str | None = None,
        overhear: bool = False,
        most: int = 99,
    ) -> list[str]:
        """Ask for up to `most` of the choices and return their keys."""
        shown = self._page(key, choices)
        question = Question(
            key,
            "choice",
            f"{ask} {numbered(shown)}".strip(),
            again and f"{again} {numbered(shown)}",
            tuple(choice.key for choice in shown),
        )
        order = self._in_the_order_shown(choices)

        def keys(answer: Answer, among: Sequence[Choice]) -> list[str] | None:
            picked: list[int] = answer if isinstance(answer, list) else [answer] if isinstance(answer, int) else []
            return [among[number - 1].key for number in picked] if 0 < len(picked) <= most else None

        def named(text: str, among: Sequence[Choice]) -> list[str] | None:
            found = [choice.key for choice in among if strength(text, (choice.label, *choice.also))]
            return found if 0 < len(found) <= most else None

        def understood(heard: Heard) -> list[str] | None:
            several = most > 1 and not heard.question and not heard.sure
            return keys(heard.answer, order) or (named(heard.text, order) if several else None)

        chosen: list[str] = self.answer(
            question,
            options=as_options(order),
            understood=understood,
            fits=lambda answer: all(key == MORE or key in {choice.key for choice in choices} for key in answer),
            overheard=(lambda text: named(text, choices)) if overhear else None,
        )
        if chosen == [MORE]:
            self._turn_page(key)
            return self.choose_some(key, choices, ask=ask, again=again, most=most)
        return chosen

    def _in_the_order_shown(self, choices: Sequence[Choice]) -> list[Choice]:
        """The choices as the family saw them: one that is gone since keeps its number, a new one has none yet."""
        now = {choice.key: choice for choice in choices}
        shown = [now.get(key) or (more() if key == MORE else Choice(key, "")) for key in self.place.offered]
        return shown + [choice for choice in choices if choice.key not in self.place.offered]

    def _page(self, key: str, choices: Sequence[Choice]) -> list[Choice]:
        if len(choices) <= PAGE + 1:
            return list(choices)
        first = int(self.place.about.get(f"{key} from", 0)) % len(choices)
        return [*choices[first : first + PAGE], more()]

    def _turn_page(self, key: str) -> None:
        self.place.forget(key)
        self.place.about[f"{key} from"] = int(self.place.about.get(f"{key} from", 0)) + PAGE

    def answer(
        self,
        question: Question,
        *,
        options: tuple[Option, ...] = (),
        fits: Callable[[Any], bool] = lambda _answer: True,
        understood: Callable[[Heard], Any] = lambda heard: heard.answer,
        overheard: Overheard = None,
    ) -> Any:
        """Return the stored answer, or take the text as the answer, or stop here with the question.

        A stored answer is checked again each turn (`fits`): the world may have moved since it was given.
        """
        key = question.key
        if key in self.place.answers:
            if fits(self.place.answers[key]):
                return self.place.answers[key]
            del self.place.answers[key]
            raise Stopped(no_longer(question))
        if self.place.waiting == key and self.text is not None:
            return self._take(question, options, fits, understood)
        if overheard is not None and self.place.may_overhear(key):
            for text in filter(None, (self.taken, self.place.opening)):
                value = overheard(text)
                if value is not None and fits(value):
                    self.place.overhear(key, value)
                    return value
        raise Stopped(question)

    def _take(
        self,
        question: Question,
        options: tuple[Option, ...],
        fits: Callable[[Any], bool],
        understood: Callable[[Heard], Any],
    ) -> Any:
        text = self.text or ""
        heard = self._hear_for(question, options, text)
        value = understood(heard)
        if value is None or (not fits(value) and question.kind != "choice"):
            raise Stopped(question, heard)
        if not fits(value):
            self.text = None
            raise Stopped(no_longer(question))
        self.place.take(question.key, value)
        self.text, self.taken, self.asked = None, text, heard.question
        self.just_answered.add(question.key)
        return value

    def _hear_for(self, question: Question, options: tuple[Option, ...], text: str) -> Heard:
        """What the text means for this question. Without options the turn has heard it for this kind already."""
        if self.heard is not None and not options and self.heard[0] == question.kind:
            return self.heard[1]
        waiting = None if question.kind == WORDS else Waiting(question.kind, options)
        return hear(text, waiting=waiting, language=self.caller.language, today=self.now.date())


def no_longer(question: Question) -> Question:
    """The question again, with the reason: what was answered is gone since."""
    return replace(question, text=_("That is no longer possible.") + " " + question.text)


def own_words(heard: Heard, most: int) -> str | None:
    """A text as an answer in free words, unless it is a request or a question of theirs."""
    if heard.question or (heard.sure and heard.intent not in {"greeting", "thanks"}):
        return None
    return heard.text.strip()[:most] or None


def numbered(choices: Iterable[Choice]) -> str:
    """The choices as a family sees them: 1 Gerena 2 Brightwood; 1) 9:00 2) 10:30 where they are numbers themselves."""
    shown = list(choices)
    mark = ")" if any(choice.label[:1].isdigit() for choice in shown) else ""
    return " ".join(f"{number}{mark} {choice.label}" for number, choice in enumerate(shown, 1))


def more() -> Choice:
    """The choice that shows the next page."""
    return Choice(MORE, _("More"))


def as_options(choices: Iterable[Choice]) -> tuple[Option, ...]:
    """The choices as bot/heard reads them."""
    return tuple(Option(choice.label, choice.also) for choice in choices)
