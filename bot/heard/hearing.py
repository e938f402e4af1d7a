"""One text, heard whole: what it is about, what it answers, what it asks, which language it is in."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.heard.answers import choice, only_limits_hours, read, relation, says_yes_or_no
from bot.heard.answers.move import read_move
from bot.heard.intents import recognize, speaks_of_messages
from bot.heard.language import tells
from bot.heard.lexicon import load
from bot.heard.questions import asked, asks_openly, beside
from bot.heard.waiting import KINDS, Answer, Option, Waiting
from bot.heard.words import fold, words

_READ_CLOSELY = 400
"""How many letters of a text are searched for more than what it is about."""

_A_WISH = 12
"""Words of a wish about hours that is the whole text."""

_ABOVE_ANY_ANSWER = frozenset({"opt_out", "unsure_opt_out", "wrong_number", "pause"})
_BESIDE_AN_ANSWER = frozenset({"person", "language", "not_coming", "change", "remove", "moved", "new_number", "late"})
# What a text seems to be about only because of what was asked: "not in school" to "which grade?".
_ABOUT_THE_QUESTION = frozenset(
    {
        ("grade", "enrol"),
        ("time", "work_day"),
        ("availability", "work_day"),
        ("work_day", "work_day"),
        ("diet", "resources"),
    }
)
# The same in one word or two: "in the afternoon" is `tarde`, as is "late"; "he eats all" is `todo`.
_BRIEFLY_ABOUT_THE_QUESTION = frozenset(
    {("time", "late"), ("availability", "late"), ("date", "late"), ("diet", "opt_in"), ("yes_no", "opt_in")}
)
_LESS_OF_OUR_TEXTS = frozenset({"opt_out", "unsure_opt_out", "pause"})
_WISHES = frozenset({"before_work", "not_before", "not_after"})
_OF_TEXTS_AT_ALL = frozenset({"opt_out", "pause"})
_OF_DAYS = frozenset({"date", "time", "choice", "availability", "work_day"})
_FREE_TEXT = frozenset({"name", "child", "relation", "diet"})
_COUNTS_OR_NAMES = frozenset({"relation", "number", "age", "ages"})
# `no se a que hora salgo`, "the van comes at 5".
_ALSO_IN_WORK_DAYS = frozenset({"time", "bus"})
# "Every week it changes", "they call us the day before".
_ALSO_OF_WORK_THAT_VARIES = frozenset({"change", "person"})
# "Salgo tarde", "me cambiaron al turno de noche".
_SOUND_LIKE_WORK = frozenset({"late", "change"})
# "En las mañanas no puedo", "prefiero despues de las 7 y media".
_SOUND_LIKE_WISHES = frozenset({"late", "not_coming"})
# What a name, a relative or a dish is never taken for.
_ABOVE_FREE_TEXT = _BESIDE_AN_ANSWER | {
    "back",
    "change",
    "find_contact",
    "greeting",
    "help",
    "menu",
    "my_sign_ups",
    "opt_in",
    "thanks",
}
_BRIEFLY = frozenset({"tarde", "late", "ta", "todo", "all", "tudo", "tout"})
# Unless more is said: "gracias, mi suegra".
_COURTESIES = frozenset({"greeting", "thanks"})


@dataclass(frozen=True, slots=True)
class Heard:
    """What a text was taken for."""

    text: str
    intent: str | None
    """One of bot.heard.intents.INTENTS."""
    sure: bool
    """False: the intent is a guess from similar words."""
    answer: Answer
    """The value for the waiting question."""
    question: str | None
    """The topic of a side question, one of bot.heard.questions.TOPICS."""
    language: str | None
    """en, es, pt or ht; None where the text does not tell."""
    language_sure: bool
    """Whether that is clear enough to change a known family's language."""


def hear(text: str, *, waiting: Waiting | None = None, language: str | None = None, today: date) -> Heard:
    """Understand one text of a family.

    `waiting` is the question that it may answer, `language` the family's own, `today` the day that
    "tomorrow" counts from.
    """
    intent, sure = recognize(text, language)
    if intent in _OF_TEXTS_AT_ALL and only_limits_hours(text):
        intent = "work_day"  # "nothing before 6, please" is a wish about hours
    start = text[:_READ_CLOSELY]
    question = asked(start)
    if waiting is not None and question is not None and _only_seems_to_ask(waiting, start, question, today):
        question = None
    if not _worth_saying(intent, question, waiting, sure=sure):
        intent = None
    if waiting is None and question is None and _wishes_hours(start, intent, sure=sure):
        intent, sure = "work_day", True
    answer: Answer = None
    if waiting is not None:
        answer = _answer(waiting, start, question, today)
        if _only_shares_words_with_stopping(waiting, text, intent, answer):
            answer = None
        intent, answer = _weighed(waiting, text, intent, sure=sure, answer=answer)
    told, clear = tells(start)
    return Heard(text, intent, sure and intent is not None, answer, question, told, clear)


def _worth_saying(intent: str | None, question: str | None, waiting: Waiting | None, *, sure: bool) -> bool:
    """Whether an intent stands beside what else was heard.

    A mere guess is nothing beside a question that was asked, and while an answer is awaited most guesses are
    nothing. "How much per child?" in the middle of a sign-up is a question, not another sign-up.
    """
    if intent in _ABOVE_ANY_ANSWER or (waiting is None and sure):
        return True
    if waiting is not None and question == "interpreter" and intent == "person":
        return False  # an interpreter is a person, but the visit's, not one who calls now
    if waiting is not None and not (sure and question is None):
        return intent in _BESIDE_AN_ANSWER or (question is None and intent == "help")
    return question is None


def _wishes_hours(text: str, intent: str | None, *, sure: bool) -> bool:
    """Whether a text that is about nothing else says when we may text, or when they rest: `not before 7 pm`."""
    if sure or "?" in text or intent not in (None, "pause") or len(words(text)) > _A_WISH:
        return False
    told = read(Waiting("work_day"), text, today=date.min)
    return isinstance(told, dict) and not (_WISHES | {"days_off"}).isdisjoint(told)


def _answer(waiting: Waiting, text: str, question: str | None, today: date) -> Answer:
    if question is None or waiting.kind == "choice":
        return read(waiting, text, today=today)
    if waiting.kind in _FREE_TEXT:
        return None
    return read(waiting, beside(text, question), today=today)


def _only_seems_to_ask(waiting: Waiting, text: str, topic: str, today: date) -> bool:
    """Whether a text tells what was asked, in words that could also ask: `yo pa manje pwason`, `quien los cuida`."""
    if waiting.kind == "relation":
        return topic == "what" and "?" not in text and relation(text) is not None
    if waiting.kind == "work_day":
        return topic in _ALSO_IN_WORK_DAYS and "?" not in text and read(waiting, text, today=today) is not None
    if waiting.kind != "diet" or asks_openly(text):
        return False
    told = read(waiting, text, today=today)
    codes = [code for codes in told.values() for code in codes] if isinstance(told, dict) else ["words:"]
    return not any(code.startswith("words:") for code in codes)


def _weighed(
    waiting: Waiting, text: str, intent: str | None, *, sure: bool, answer: Answer
) -> tuple[str | None, Answer]:
    """Which of the two a text is meant as, where it could be an intent and an answer."""
    if intent is None or _about_the_question(waiting, text, intent):
        return None, answer
    if intent == "unsure_opt_out" and _refuses_what_was_asked(waiting, text, answer):
        return None, False if waiting.kind == "yes_no" else answer
    tells = _tells_days(waiting, text, intent, answer) or _tells_work(waiting, text, intent, answer, sure=sure)
    if tells or _finds_fault(waiting, text, intent):
        return None, answer
    if intent == "late":
        answer = _without_late(answer)
    if intent in _ABOVE_ANY_ANSWER and (sure or answer is None or intent == "opt_out"):
        return intent, None
    if answer is None:
        return intent, None
    if waiting.kind in _FREE_TEXT:
        courtesy = intent in _COURTESIES and len(words(text)) > 2
        return (intent, None) if sure and intent in _ABOVE_FREE_TEXT and not courtesy else (None, answer)
    if waiting.kind == "choice" or not sure or intent not in _BESIDE_AN_ANSWER:
        return None, answer
    return intent, answer


def _refuses_what_was_asked(waiting: Waiting, text: str, answer: Answer) -> bool:
    """Whether a text that may mean "no more messages" is a no to the question, or names one of its options."""
    if waiting.kind == "choice" and isinstance(answer, int):
        return fold(text) in _plain("unsure_opt_out", "refusals") or not says_yes_or_no(waiting.options[answer - 1])
    if waiting.kind in _COUNTS_OR_NAMES and answer is not None:
        return True  # "nomas yo", "no mas 2": only
    return waiting.kind == "yes_no" and fold(text) in _plain("unsure_opt_out", "refusals")


def _only_shares_words_with_stopping(waiting: Waiting, text: str, intent: str | None, answer: Answer) -> bool:
    """Whether a text seems to pick "no more messages" only by a word: `no me llegan los mensajes`, "bus stop".

    Too much hangs on that option: it takes its number, its place, or words that mean it by themselves.
    """
    if waiting.kind != "choice" or not isinstance(answer, int) or intent in _LESS_OF_OUR_TEXTS:
        return False
    label, said = waiting.options[answer - 1].label, words(text)
    if len(said) < 2 or set(said) <= set(words(label)) or recognize(label)[0] != "opt_out":
        return False
    unnamed = tuple(Option("xyzzy") for _ in waiting.options)
    return choice(text, unnamed) != answer


def _tells_days(waiting: Waiting, text: str, intent: str, answer: Answer) -> bool:
    """Whether "only Sundays" is when they can come, not when we may text."""
    return intent == "pause" and waiting.kind in _OF_DAYS and answer is not None and not speaks_of_messages(text)


def _tells_work(waiting: Waiting, text: str, intent: str, answer: Answer, *, sure: bool) -> bool:
    """Whether what sounds like less of our texts, or like another wish, only tells the work day.

    "Nothing before 6" limits the hours; that is no stopping while we ask for them.
    """
    if waiting.kind != "work_day" or not isinstance(answer, dict):
        return False
    if intent in _LESS_OF_OUR_TEXTS:
        return not _WISHES.isdisjoint(answer) and (only_limits_hours(text) or not sure)
    varies = answer.get("pattern") == "varies" and intent in _ALSO_OF_WORK_THAT_VARIES
    wishes = not _WISHES.isdisjoint(answer) and intent in _SOUND_LIKE_WISHES
    return varies or wishes or ("pattern" in answer and intent in _SOUND_LIKE_WORK)


def _finds_fault(waiting: Waiting, text: str, intent: str) -> bool:
    """Whether a bare "wrong" is said of what we have read back, not of the number."""
    faults = _plain("wrong_number", "faults")
    return intent == "wrong_number" and waiting.kind in {"yes_no", "choice"} and fold(text) in faults


def _without_late(answer: Answer) -> Answer:
    """`voy tarde` tells no time to call, though `tarde` is also the afternoon."""
    windows = answer if isinstance(answer, list) else []
    return None if windows and all(set(window) == {"part"} for window in windows) else answer


def _about_the_question(waiting: Waiting, text: str, intent: str) -> bool:
    asks = (waiting.kind, intent)
    if asks in _BRIEFLY_ABOUT_THE_QUESTION:
        return fold(text) in _BRIEFLY
    return asks in _ABOUT_THE_QUESTION or (intent == "screener" and asked(text) == "eligible")


def means_coming_back(text: str) -> bool:
    """Whether a text that goes a step back elsewhere means "text me again", from who gets no messages: `regresar`."""
    return fold(text) in _plain("back", "coming_back")


def hear_ahead(text: str) -> None:
    """Do what can be done before it is known whose text this is; `hear` finds it done."""
    asked(text[:_READ_CLOSELY])
    tells(text[:_READ_CLOSELY])


def warm() -> None:
    """Build all tables now, so that the first family need not wait a second for them."""
    today = date(2027, 1, 1)
    hear("xyzzy plugh, a q ora es?", today=today)
    read_move("nos vamos a xyzzy plugh", today)
    for kind in KINDS:
        hear("xyzzy plugh 2", waiting=Waiting(kind, (Option("xyzzy"), Option("plugh"))), today=today)


@cache
def _plain(intent: str, section: str) -> frozenset[str]:
    """The messages of a section that answer a question before they can mean the intent."""
    by_language: dict[str, list[str]] = load(f"intents/{intent}")[section]
    return frozenset(fold(message) for messages in by_language.values() for message in messages)
