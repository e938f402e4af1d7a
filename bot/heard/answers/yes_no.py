"""Yes or no, as people say it: `siii`, `dale`, `uhum`, a thumb, `cant rain sorry`, and 1 or 2."""

from collections.abc import Sequence

from bot.heard.answers.tokens import Token, tokens
from bot.heard.answers.vocabulary import Match, Vocabulary, all_languages
from bot.heard.lexicon import load

_LEXICON = load("answers")
_SIGNS: dict[str, bool] = {sign: yes for key, yes in (("yes", True), ("no", False)) for sign in _LEXICON["signs"][key]}
_LEADING: Vocabulary[str] = Vocabulary(
    (phrase, meaning.removeprefix("mild_").removeprefix("yes_"))
    for meaning in ("unsure", "no", "yes", "mild_yes", "yes_alone")
    for phrase, _ in all_languages(_LEXICON[meaning])
)
_INSIDE: Vocabulary[bool] = Vocabulary(
    [(phrase, False) for phrase, _ in all_languages(_LEXICON["no_inside"])]
    + [(phrase, True) for phrase, _ in all_languages(_LEXICON["yes_inside"])]
)
_LAST = {"si": True, "sim": True, "wi": True, "yes": True, "no": False, "nao": False, "non": False}
_UNSURE = Vocabulary(all_languages(_LEXICON["unsure"]), fuzzy_from=99)
_EITHER = Vocabulary(all_languages(_LEXICON["either"]), fuzzy_from=99)
_MILD = Vocabulary(all_languages(_LEXICON["mild_yes"]), fuzzy_from=99)
_OPENERS = Vocabulary(all_languages(_LEXICON["openers"]), fuzzy_from=99)
_QUESTIONS = Vocabulary(all_languages(_LEXICON["questions"]), fuzzy_from=99)
_AFTER_YES = frozenset(_LEXICON["after_yes"]["all"])
_NUMBERED: Vocabulary[bool] = Vocabulary(
    [(word, True) for word in _LEXICON["numbered"]["first"]]
    + [(word, False) for word in _LEXICON["numbered"]["second"]],
    fuzzy_from=99,
)
_BEFORE_NUMBER = frozenset(_LEXICON["numbered"]["before"])
_COUNTED = Vocabulary(all_languages(_LEXICON["counted"]))
_STOPS = frozenset(",.;:!)\n")


def yes_no(text: str) -> bool | None:
    """True for yes, False for no (`1` and `2` as we show them), None where the text says neither."""
    found = tokens(text)
    if not found:
        return _sign(text)
    words = [token.plain for token in found]
    if _EITHER.first(words) or _bare_not_any_more(words):
        return None
    start = _answer_starts(words)
    if start < len(words) and _asks(words, start):
        return _sign(text)
    if (numbered := _numbered(words, start)) is not None:
        return numbered
    match = _LEADING.at(words, start) if start < len(words) else None
    if match and (match.meaning != "alone" or match.start + match.length == len(words)):
        return _led(found, words, match, question="?" in text)
    if _UNSURE.first(words):
        return None
    inside = None if "?" in text else _INSIDE.first(words)
    if inside:
        return inside.meaning
    last = _LAST.get(words[-1]) if "?" not in text else None
    return _sign(text) if last is None else last


def _asks(words: Sequence[str], start: int) -> bool:
    """Whether a question begins here; `como no` and `que si` are none, nor is a word that nearly sounds so."""
    answer = _LEADING.at(words, start)
    answers = answer is not None and (answer.length > 1 or _LEADING.spells(words[start]))
    return not answers and _QUESTIONS.at(words, start) is not None


def _sign(text: str) -> bool | None:
    """The first thumb, tick or cross."""
    places = [(place, yes) for sign, yes in _SIGNS.items() if (place := text.find(sign)) >= 0]
    return min(places)[1] if places else None


def _bare_not_any_more(words: Sequence[str]) -> bool:
    """`ya no` alone may leave the question, the sign-up or us: the turn asks which."""
    if words[:2] != ["ya", "no"]:
        return False
    match = _LEADING.at(words, 0)
    return match is None or match.length < 3


def _answer_starts(words: Sequence[str]) -> int:
    """The first word that is no opener, unless the opener is all there is or is itself part of a yes or no."""
    place, answered = 0, len(words)
    while place < len(words):
        opener = _OPENERS.at(words, place)
        answer = _LEADING.at(words, place)
        if not opener or (answer and answer.length > opener.length):
            return place
        and_more = words[place] == "y" and opener.end < len(words)  # Spanish `and`, not English `yes`
        if answer and answer.length == opener.length and not and_more:
            if opener.end == len(words) or not _answers_at(words, opener.end):
                return place
            answered = min(answered, place)
        place = opener.end
    return answered


def _answers_at(words: Sequence[str], place: int) -> bool:
    return bool(_LEADING.at(words, place) or _numbered(words, place) is not None or _OPENERS.at(words, place))


def _led(found: Sequence[Token], words: Sequence[str], match: Match[str], *, question: bool) -> bool | None:
    """What the beginning of the answer decides: `bueno no puedo` is a no, `si no se` is neither."""
    following = _LEADING.at(words, match.end) if match.end < len(words) else None
    turned = following.meaning if following else ""
    if match.meaning == "unsure" or turned == "unsure":
        return None
    if match.meaning == "no":
        return False
    apart = match.end >= len(words) or bool(_STOPS & set(found[match.end].before))
    if turned == "no":
        return False if _MILD.at(words, match.start) else (True if apart else None)
    return True if apart or not question or words[match.end] in _AFTER_YES else None


def _numbered(words: Sequence[str], start: int) -> bool | None:
    """`1)`, `la 1`, `opcion 2`, `el segundo`: our questions show 1 for yes and 2 for no."""
    place = start
    while place < len(words) and words[place] in _BEFORE_NUMBER:
        place += 1
    if place >= len(words):
        return None
    match = _NUMBERED.at(words, place)
    if match is None:
        return None
    counts = match.end < len(words) and _COUNTED.at(words, match.end)
    return None if counts else match.meaning
