"""A child's first name or nickname, as the family spells it; surnames are left out."""

from collections.abc import Sequence

from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.lexicon import load

LONGEST = 30
_MOST_WORDS = 8

_LEXICON = load("answers_children")
_NAMED = Vocabulary(all_languages(_LEXICON["named"]), fuzzy_from=99)
_NO_NAME = Vocabulary(all_languages(_LEXICON["no_name"]), fuzzy_from=99)
_NOT_NAMES = Vocabulary(all_languages(_LEXICON["not_names"]), fuzzy_from=99)
_ARTICLES = Vocabulary(all_languages(_LEXICON["articles"]), fuzzy_from=99)
_ALSO_NAMES = frozenset(_LEXICON["also_names"]["all"])
_MONTHS = frozenset(month for month, _ in by_meaning(load("answers_calendar")["months"]) if len(month) > 3)
_PARTICLES = frozenset(_LEXICON["particles"]["all"])
_FIRST_OF_TWO = frozenset(_LEXICON["double_names"]["first"])
_SECOND_OF_TWO = frozenset(_LEXICON["double_names"]["second"])
_WEAK_CUES = frozenset({"es", "se", "non", "nombre", "name", "nome", "apodo"})


def name(text: str) -> str | None:
    """The first name a text gives: `se llama beto`, `la lupita`, `Juan Carlos Perez` -> `Juan Carlos`."""
    found = tokens(text)
    words = [token.plain for token in found]
    if not words or (_NO_NAME.at(words, 0) and len(words) < 4):
        return None
    start = after_cue(words)
    if start is None:
        start = _skip_articles(words, 0)
        if len(words) > _MOST_WORDS or "?" in text:
            return None
    if start < len(words):
        return _name_at(found, words, start)
    return spelt(found[-1:]) if len(words) == 1 and words[0] in _ALSO_NAMES else None


def cues(words: Sequence[str]) -> list[tuple[int, int]]:
    """Where `se llama`, `her name is`, ... stand: first word and the place after the last."""
    return [
        (match.start, match.end)
        for match in _NAMED.matches(words)
        if match.length > 1 or words[match.start] not in _WEAK_CUES or match.start == 0
    ]


def after_cue(words: Sequence[str]) -> int | None:
    """The place after the last `se llama`, `her name is`, ... and articles; None where there is none."""
    found = cues(words)
    return _skip_articles(words, found[-1][1]) if found else None


def _skip_articles(words: Sequence[str], place: int) -> int:
    while place < len(words) and (match := _ARTICLES.at(words, place)):
        place = match.end
    return place


def _name_at(found: Sequence[Token], words: Sequence[str], start: int) -> str | None:
    known = words[start] in _ALSO_NAMES and start + 1 == len(words)
    if not is_name(found[start]) and not known:
        return None
    end = start + 1
    unmarked = after_cue(words) is None
    while end < len(found) and (is_name(found[end]) or words[end] in _PARTICLES) and not _parted(found[end]):
        end += 1
    if unmarked and end < len(found) and not _parted(found[end]):
        return None
    return spelt(found[start:end])


def _parted(token: Token) -> bool:
    return any(mark in token.before for mark in ",.;:!?(\n")


def is_name(token: Token) -> bool:
    """Whether a word may be a name: letters, and none of the common words of our languages."""
    return (
        token.raw[0].isalpha()
        and 2 <= len(token.raw) <= LONGEST
        and token.plain not in _NOT_NAMES
        and token.plain not in _WEAK_CUES
        and token.plain not in _MONTHS
    )


def spelt(run: Sequence[Token]) -> str:
    """The first name out of a name's words, capitalised, without surnames."""
    first = _capital(run[0].raw)
    rest = run[1:]
    while rest and rest[0].before == "-":
        first = f"{first}-{_capital(rest[0].raw)}"
        rest = rest[1:]
    if rest and run[0].plain in _FIRST_OF_TWO and rest[0].plain in _SECOND_OF_TWO:
        first = f"{first} {_capital(rest[0].raw)}"
    return first[:LONGEST]


def _capital(raw: str) -> str:
    return raw[0].upper() + raw[1:].lower() if raw.islower() or raw.isupper() else raw[0].upper() + raw[1:]
