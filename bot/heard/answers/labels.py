"""An option as it was shown, and the words of a text that mean it: misspelt, half, or in another language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from bot.heard.answers.mentions import Mention
from bot.heard.answers.times import Clock, clocks
from bot.heard.answers.tokens import plain_words, tokens
from bot.heard.answers.vocabulary import Vocabulary, by_meaning
from bot.heard.answers.yes_no import yes_no
from bot.heard.lexicon import load
from bot.heard.sound import sound
from bot.heard.waiting import Option

_LEXICON = load("answers_choices")
_CODES = {"es": "spanish", "en": "english", "pt": "portuguese", "ht": "creole", "quc": "kiche"}
_SAME: Vocabulary[str] = Vocabulary(
    by_meaning(_LEXICON["same"])
    + [(name, _CODES[code]) for code, names in load("language_names").items() if code in _CODES for name in names]
)
_IDLE = frozenset(_LEXICON["idle"]["all"])
_AROUND = frozenset(_LEXICON["around"]["all"])
_NO_THING = frozenset({"dont_know", "none", "other", "another_language"})
LANGUAGES = frozenset({"spanish", "english", "portuguese", "creole", "kiche"})
_VOWELS = str.maketrans("", "", "aeiou")
_DOUBLED = re.compile(r"(.)\1")
_OPENED = re.compile(r"^es(?=[^aeiou])")
_GU = re.compile(r"^gu(?=[aio])")
_HALF_WORD = 4
_NEAR = 0.7


@dataclass(frozen=True, slots=True)
class Label:
    """What to look for: the label's telling words, what they mean in any language, its hours, yes or no."""

    words: tuple[str, ...]
    meanings: frozenset[str]
    times: tuple[Clock, ...]
    yes: bool | None

    @property
    def thing(self) -> bool:
        """Whether it is one of the things offered, and no `none` or `other`."""
        return not self.meanings & _NO_THING and self.yes is not False

    @property
    def refuses(self) -> bool:
        """Whether it is the plain no, which `no me acuerdo` only seems to say."""
        return self.yes is False


@lru_cache(maxsize=2048)
def read_label(option: Option) -> Label:
    """The label and its other words, taken apart once."""
    meanings: set[str] = set()
    telling: list[str] = []
    for phrase in (option.label, *option.also):
        said = plain_words(phrase)
        meanings |= {match.meaning for match in _SAME.matches(said)}
        telling += [word for word in said if word not in _IDLE and not word.isdecimal()]
    shown = [word for word in plain_words(option.label) if not word.isdecimal()]
    yes = yes_no(" ".join(shown)) if len(shown) == 1 else None
    if not telling and not meanings:
        telling = shown
    times = tuple(one for one in clocks(tokens(option.label)) if _shows_hour(option.label, one))
    return Label(tuple(dict.fromkeys(telling)), frozenset(meanings), times, yes)


def says_yes_or_no(option: Option) -> bool:
    """Whether an option is the plain yes or no."""
    return read_label(option).yes is not None


def whole_label(words: Sequence[str], options: Sequence[Option]) -> int | None:
    """The only option that was copied, from 1, or whose other words are all that a text says: `si, para mi`."""
    said = [word for word in words if word not in _AROUND]
    if all(map(str.isdecimal, said)):
        return None
    copied = [place for place, option in enumerate(options, 1) if said in _phrases(option)]
    return copied[0] if len(copied) == 1 else None


@lru_cache(maxsize=2048)
def _phrases(option: Option) -> list[list[str]]:
    written = [plain_words(phrase) for phrase in (option.label, *option.also)]
    return [[word for word in phrase if word not in _AROUND] for phrase in written]


def _shows_hour(label: str, clock: Clock) -> bool:
    """Only figures show an hour in a label, and a bare one only with its minutes or am or pm."""
    if tokens(label)[clock.start].figure is None:
        return False
    return clock.part is not None or clock.exact or clock.end > clock.start + 1


def label_places(words: Sequence[str], labels: Sequence[Label]) -> list[Mention]:
    """For each word that fits one label better than all others: which, and how well."""
    meant = _by_meaning(words, labels)
    taken = {place for one in meant for place in range(one.start, one.end)}
    mentions = list(meant)
    for place, word in enumerate(words):
        if place in taken or word.isdecimal() or (word in _IDLE and not any(word in label.words for label in labels)):
            continue
        scores = [_fits(word, label) for label in labels]
        best = max(scores)
        if best >= 0.5 and scores.count(best) == 1:
            mentions.append(Mention(scores.index(best) + 1, place, place + 1, best))
    return mentions


def _by_meaning(words: Sequence[str], labels: Sequence[Label]) -> list[Mention]:
    mentions: list[Mention] = []
    for match in _SAME.matches(words):
        fitting = [place for place, label in enumerate(labels, 1) if match.meaning in label.meanings]
        if len(fitting) == 1:
            shown = set(words[match.start : match.end]) <= set(labels[fitting[0] - 1].words)
            mentions.append(Mention(fitting[0], match.start, match.end, 1.0 if shown else 0.9))
    return mentions


def _fits(word: str, label: Label) -> float:
    return max((_alike(word, one) for one in label.words), default=0.0)


@lru_cache(maxsize=1 << 14)
def _alike(said: str, shown: str) -> float:
    """How surely a word was meant to be a label's word: by spelling, sound, beginning, edits, consonants."""
    if said == shown:
        return 1.0
    heard, word = _heard(said), _heard(shown)
    if len(heard) < 3 or len(word) < 3:
        return 0.0
    if heard == word:
        return 1.0
    if len(heard) >= _HALF_WORD and word.startswith(heard):
        return 0.9
    if min(len(heard), len(word)) < _HALF_WORD:
        return _same_bones(said, shown)
    near = max(OSA.normalized_similarity(heard, word), OSA.normalized_similarity(_light(said), _light(shown)))
    if near >= _NEAR:
        return 0.9 * near
    return max(_begins_alike(heard, word), _same_bones(said, shown), _pet_name(heard, word))


@lru_cache(maxsize=1 << 14)
def _heard(word: str) -> str:
    """The sound, without the e that Spanish puts before s and another consonant: `esprinfil`."""
    return _OPENED.sub("s", sound(word))


def _light(word: str) -> str:
    """The spelling without what is written but not heard in English: `h`, `gh`, doubled letters."""
    return _DOUBLED.sub(r"\1", _GU.sub("w", word.replace("h", "")))


def _begins_alike(heard: str, word: str) -> float:
    """Half a word with a slip, or a long word whose beginning is right."""
    if len(word) > len(heard) >= 5 and OSA.distance(heard, word[: len(heard)]) <= 1:
        return 0.7
    return 0.6 if min(len(heard), len(word)) >= 6 and JaroWinkler.similarity(heard, word) >= 0.88 else 0.0


def _pet_name(heard: str, word: str) -> float:
    """`lupe` for Lupita: the beginning with another ending."""
    return 0.5 if len(heard) == _HALF_WORD and len(word) > len(heard) and heard[:3] == word[:3] else 0.0


def _same_bones(said: str, shown: str) -> float:
    """The same consonants: English words are written by ear with other vowels (`wait` for `White`)."""
    said, shown = _light(said), _light(shown)
    bones = said.translate(_VOWELS)
    alike = bones == shown.translate(_VOWELS) and len(bones) >= 2 and said[0] == shown[0]
    return 0.55 if alike and abs(len(said) - len(shown)) <= 2 else 0.0
