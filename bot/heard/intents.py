"""What a text is about: one of the intents, from the phrases under locales/lexicon/intents/."""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from bot.heard.examples import NONE, examples_of, groups_of, most_like
from bot.heard.lexicon import load
from bot.heard.patterns import Phrases
from bot.heard.runtogether import Separating
from bot.heard.sound import sound, spoken
from bot.heard.words import fold, words

# When a text fits several, the first one named is meant: a wrong number may also say "stop",
# a child who is taken off a list may also be "changed", nearly everything says hello.
PRECEDENCE = (
    "wrong_number",
    "opt_in",
    "pause",
    "unsure_opt_out",
    "opt_out",
    "shared_phone",
    "new_number",
    "family_code",
    "screener",
    "moved",
    "language",
    "late",
    "remove",
    "not_coming",
    "change",
    "my_sign_ups",
    "enrol",
    "find_contact",
    "person",
    "resources",
    "work_day",
    "sign_up",
    "help",
    "menu",
    "back",
    "thanks",
    "greeting",
)
INTENTS = frozenset(PRECEDENCE)
_ABOUT_OUR_TEXTS = frozenset(PRECEDENCE[:5])
_OFTEN_THE_SAME = 12  # letters: "2", "si", "gracias" come again and again
_MANY = 20  # words: what is misspelled after them is not looked into
_LONG_WORD = 7  # letters: with more, a word that is one letter off can hardly be another word

_AHEAD = (2.4, 9.0)  # how far a guess must be ahead to be a guess, to be sure
_AHEAD_TO_STOP = (4.5, 9.0)

Recognized = tuple[str | None, bool]

_CLAUSE = re.compile(r"[.?!;,\n]+(?=\s)")


class _Lexicon(NamedTuple):
    phrases: Phrases
    exceptions: Phrases
    whole: dict[str, dict[str, str]]
    politeness: frozenset[str]


def _whole_key(words: list[str]) -> str:
    return " ".join(map(sound, words))


@cache
def _lexicon() -> _Lexicon:
    lexicon = _Lexicon(Phrases(), Phrases(), {}, _politeness())
    for intent in sorted(PRECEDENCE, key=lambda intent: intent != "opt_out"):
        sections = load(f"intents/{intent}")
        for language, messages in sections["whole"].items():
            for message in messages:
                _add_whole(lexicon.whole, message, language, intent)
        for phrase in _all(sections.get("phrases", {})):
            lexicon.phrases.add(intent, phrase)
        for phrase in _all(sections.get("unless", {})):
            lexicon.exceptions.add(intent, phrase)
    lexicon.phrases.settle()
    lexicon.exceptions.settle()
    return lexicon


def _add_whole(whole: dict[str, dict[str, str]], message: str, language: str, intent: str) -> None:
    key = f"={fold(message)}" if message.startswith("=") else _whole_key(spoken(message))
    whole.setdefault(key, {}).setdefault(language, intent)


def _all(by_language: dict[str, list[str]]) -> list[str]:
    return [phrase for phrases in by_language.values() for phrase in phrases]


def _politeness() -> frozenset[str]:
    return frozenset(sound(word) for word in _all(load("politeness")))


def _stripped(said: list[str], politeness: frozenset[str]) -> list[str]:
    first, last = 0, len(said)
    while first < last and sound(said[first]) in politeness:
        first += 1
    while last > first and sound(said[last - 1]) in politeness:
        last -= 1
    return said[first:last]


def _whole_message(said: list[str], language: str | None) -> str | None:
    lexicon = _lexicon()
    once = said[:1] if len(set(said)) == 1 else said
    bare = _stripped(once, lexicon.politeness)
    for spoken_words in (once, bare):
        for key in ("=" + " ".join(spoken_words), _whole_key(spoken_words)):
            meant = lexicon.whole.get(key)
            if meant and spoken_words:
                return _meaning(meant, language)
    return "opt_out" if bare and all(map(_stops_alone, bare)) else None


def _stops_alone(word: str) -> bool:
    return "opt_out" in _lexicon().whole.get(sound(word), {}).values()


def _meaning(meant: dict[str, str], language: str | None) -> str:
    """Stopping is stopping in every language; otherwise the family's own language tells."""
    meanings = set(meant.values())
    if "opt_out" in meanings:
        return "opt_out"
    return meant.get(language or "") or next(iter(meant.values()))


def _excused(said: list[str]) -> set[str]:
    """What a text is not about after all."""
    exceptions = _lexicon().exceptions
    return exceptions.heard(exceptions.places(said))


def _from_phrases(said: list[str]) -> str | None:
    phrases = _lexicon().phrases
    found = phrases.heard(phrases.places(said))
    if not found:
        return None
    found -= _excused(said)
    return next((intent for intent in PRECEDENCE if intent in found), None)


@cache
def _whole_keys() -> list[str]:
    return [key for key in _lexicon().whole if len(key) > 3 and not key.startswith("=")]


@lru_cache(maxsize=1 << 12)
def _nearly_whole(key: str) -> str | None:
    if not 4 <= len(key) <= 30:
        return None
    off_by = 1 if len(key) < 9 else 2
    near = extractOne(key, _whole_keys(), scorer=OSA.distance, score_cutoff=off_by)
    if near is None:
        return None
    intent = _meaning(_lexicon().whole[near[0]], None)
    if intent in _ABOUT_OUR_TEXTS and not _word_by_word(key, near[0]):
        return None
    swapped = sorted(near[0]) == sorted(key)
    if intent == "opt_out" and not swapped:
        return "opt_out" if len(key) > 7 and " " not in key else "unsure_opt_out" if len(key) > 6 else None
    return intent if swapped or len(key) > 4 else None


def _word_by_word(key: str, known: str) -> bool:
    """Whether no short word is off by more than a letter: "no more seats" is not "no more texts"."""
    said, meant = key.split(), known.split()
    if len(said) != len(meant):
        return True
    return all(OSA.distance(one, other) <= (1 if len(one) < 8 else 2) for one, other in zip(said, meant, strict=True))


@cache
def _separating() -> Separating:
    texts = [text for intent in PRECEDENCE for text, _ in examples_of(intent)]
    texts += [text for intent in PRECEDENCE for text in _all(load(f"intents/{intent}")["whole"])]
    return Separating(texts, _lexicon().phrases.knows)


def _from_apart(said: list[str], language: str | None) -> str | None:
    """What it says if words were written as one."""
    ways = _separating().apart(said)
    return next((meant for way in ways if (meant := _whole_message(way, language) or _from_phrases(way))), None)


def _is_surely(intent: str, key: str) -> bool:
    """Whether a message that is nearly a known one can be nothing else: `unsubcribe`, `worng number`."""
    swapped = any(sorted(key) == sorted(known) for known in _whole_keys() if len(known) == len(key))
    return (intent == "wrong_number" and swapped) or (intent == "opt_out" and len(key) > _LONG_WORD and " " not in key)


def _guess(said: list[str]) -> Recognized:
    """What it may be if words are misspelled further than by sound, or put as nobody has put them before."""
    bare = _stripped(said, _lexicon().politeness)
    key = _whole_key(bare)
    if len(bare) <= 3 and (near := _nearly_whole(key)):
        return near, _is_surely(near, key)
    corrected = _lexicon().phrases.corrected(said)
    if corrected != said and (intent := _from_phrases(corrected)):
        return intent, False
    return _like(said)


def _like(said: list[str]) -> Recognized:
    guess = most_like(said, PRECEDENCE)
    if guess is None or guess.meaning == NONE or guess.meaning in _excused(said):
        return None, False
    likely, clear = _AHEAD_TO_STOP if guess.meaning in _ABOUT_OUR_TEXTS else _AHEAD
    return (guess.meaning, guess.ahead >= clear) if guess.ahead >= likely else (None, False)


def _some_clause_stops(text: str) -> bool:
    """What excuses one clause does not excuse the next: `no me llamaron? ya no me manden nada`."""
    clauses = _CLAUSE.split(text)
    if len(clauses) == 1:
        return False
    return any(_from_phrases(spoken(clause)) == "opt_out" for clause in clauses)


def without_politeness(said: list[str]) -> list[str]:
    """Spoken words without those around them that change nothing: `por favor`, `gracias`."""
    return _stripped(said, _lexicon().politeness)


def meanings(text: str) -> frozenset[str]:
    """All intents that a text has the words of, not only the one that it is taken for."""
    said = spoken(text)
    lexicon = _lexicon()
    whole = _whole_message(said, None)
    found = lexicon.phrases.heard(lexicon.phrases.places(said)) - _excused(said)
    return frozenset(found | ({whole} if whole else set()))


def _nothing_but_marks(text: str) -> Recognized:
    return ("help", True) if "?" in text else (None, False)


@lru_cache(maxsize=256)
def recognize(text: str, language: str | None = None) -> Recognized:
    """The intent of a text, and whether that is sure (False: only similar words were found).

    `language` is the family's own, for the few words that mean different things in two languages.
    """
    return _recognize_again(text, language) if len(text) <= _OFTEN_THE_SAME else _recognize(text, language)


def _letter_by_letter(text: str) -> list[str]:
    """`S T O P` and `s.t.o.p` as the word they spell; nothing for any other text."""
    letters = words(text)
    spelled = len(letters) > 2 and all(len(letter) == 1 and letter.isalpha() for letter in letters)
    return ["".join(letters)] if spelled else []


def speaks_of_messages(text: str) -> bool:
    """Whether a text has a word for our messages or for sending them."""
    return any({"[message]", "[send]"} & set(groups_of(word)) for word in spoken(text))


def _recognize(text: str, language: str | None) -> Recognized:
    said = _letter_by_letter(text) or spoken(text)
    if not said:
        return _nothing_but_marks(text)
    if all(word.isdecimal() for word in said):
        return None, False
    intent = _whole_message(said, language)
    if intent == "opt_out" and "?" in text:
        return "unsure_opt_out", True
    intent = intent or _from_phrases(said)
    if intent not in _ABOUT_OUR_TEXTS and _some_clause_stops(text):
        return "opt_out", True
    if intent:
        return intent, True
    if intent := _from_apart(said[:_MANY], language):
        return intent, True
    return _guess(said[:_MANY])


_recognize_again = lru_cache(maxsize=1 << 12)(_recognize)
