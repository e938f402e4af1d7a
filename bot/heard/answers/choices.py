"""One of the options that we showed, or several: by number, order, hour, or the label's words however misspelt."""

from collections.abc import Sequence

from bot.heard.answers.labels import LANGUAGES, Label, label_places, read_label, whole_label
from bot.heard.answers.mentions import Mention, listed, pointed
from bot.heard.answers.relations import relation
from bot.heard.answers.times import Clock, clocks
from bot.heard.answers.tokens import Token, plain_words, tokens
from bot.heard.answers.vocabulary import Vocabulary, all_languages, by_meaning
from bot.heard.answers.windows import by_order, by_window
from bot.heard.answers.yes_no import yes_no
from bot.heard.lexicon import load
from bot.heard.waiting import Option

_LEXICON = load("answers_choices")
_ALL: Vocabulary[str] = Vocabulary(by_meaning(_LEXICON["all_of_them"]), fuzzy_from=6)
_NOT_THIS = frozenset(_LEXICON["not_this"]["all"])
_CONTRAST = Vocabulary(all_languages(_LEXICON["contrast"]), fuzzy_from=99)
_UNSURE = Vocabulary(all_languages(load("answers")["unsure"]), fuzzy_from=99)
_LANGUAGES = Vocabulary(all_languages(load("language_names")))
_BETWEEN = frozenset({"o", "u", "or", "ou", "oswa", "osinon"})
_AT = frozenset({"las", "alas", "ala", "as", "at"})
_HOUR_WORDS = frozenset({"e", "ye", "h", "hs", "horas"})
_TELLING_AN_HOUR = _AT | _HOUR_WORDS | {"la"}
_SURE = 0.9
_CLOSE = 0.05


def choice(text: str, options: Sequence[Option]) -> int | list[int] | None:
    """The option's place from 1; a list, ascending, where several are meant; None where none or two fit."""
    found = tokens(text)
    if not found or not options:
        return None
    words = [token.plain for token in found]
    if (copied := whole_label(words, options)) is not None:
        return copied
    labels = [read_label(option) for option in options]
    if several := _all_of_them(words, labels):
        return several
    mentions = _mentions(found, words, labels, options)
    if (unsure := _unsure(words, labels, mentions)) is not None:
        return unsure
    if (ordered := by_order(words, [label.times for label in labels])) is not None:
        return ordered
    if mentions and all(_says_yes_or_no(one, words, labels) for one in mentions):
        return _as_yes_no(text, labels)
    if not mentions:
        unnamed = _unlisted(words, labels) or _by_hours(text, options, labels) or _by_relation(text, options)
        return unnamed or _as_yes_no(text, labels)
    return _decide(found, words, _without_refused(found, words, mentions), len(options))


def _all_of_them(words: Sequence[str], labels: Sequence[Label]) -> list[int] | None:
    """`los dos`, `todos`: every option that is a thing, not `none` or `I do not know`."""
    match = _ALL.first(words)
    if (
        not match
        or match.meaning == "day"
        or any(word in label.words for label in labels for word in words[match.start : match.end])
    ):
        return None
    things = [place for place, label in enumerate(labels, 1) if label.thing]
    if match.meaning == "both" and len(things) != 2:
        return None
    return things if len(things) > 1 else None


def _as_shown(one: Mention, found: Sequence[Token], options: Sequence[Option]) -> Mention:
    """`no dia 16`: a number beyond the list that one label shows."""
    figure = found[one.start].plain
    fitting = [place for place, option in enumerate(options, 1) if figure in plain_words(option.label)]
    beyond = one.option > len(options) and figure.isdecimal() and len(figure) == 2
    return one._replace(option=fitting[0]) if beyond and len(fitting) == 1 else one


def _mentions(
    found: Sequence[Token], words: Sequence[str], labels: Sequence[Label], options: Sequence[Option]
) -> list[Mention]:
    """Everything in the text that points at an option, from left to right."""
    times = _timed(found, words, labels)
    taken = {place for one in times for place in range(one.start, one.end)}
    named = [one for one in label_places(words, labels) if one.start not in taken]
    taken |= _hours_told(found, words, labels)
    pointing = [one for one in pointed(found, words, len(labels)) if one.start not in taken]
    strong = {place for one in named if one.strength >= _SURE for place in range(one.start, one.end)}
    pointing = [one for one in pointing if one.start not in strong]
    pointing = [_as_shown(one, found, options) for one in pointing]
    spans = {place for one in pointing for place in range(one.start, one.end)}
    named = [one for one in named if one.start not in spans]
    return sorted([*times, *named, *pointing], key=lambda one: (one.start, -one.strength))


def _timed(found: Sequence[Token], words: Sequence[str], labels: Sequence[Label]) -> list[Mention]:
    """Hours of the text that are the hour of exactly one label."""
    label_times = [label.times for label in labels]
    if not any(label_times):
        return []
    mentions: list[Mention] = []
    for clock in clocks(found):
        bare = clock.end == clock.start + 1 and len(found[clock.start].raw) < 3 and clock.part is None
        if bare and _points_at_list(words, clock, len(labels)):
            continue
        fitting = [place for place, times in enumerate(label_times, 1) if any(_same(clock, one) for one in times)]
        if not fitting and not bare:
            continue
        if len(fitting) == 1:
            opens = clock.start == 0 and not bare
            mentions.append(Mention(fitting[0], clock.start, clock.end, 1.0, leads=opens))
    return mentions


def _hours_told(found: Sequence[Token], words: Sequence[str], labels: Sequence[Label]) -> set[int]:
    """Where a text tells an hour in so many words (`a la 1`, `1 e`), among labels with am or pm."""
    # Labels as bare as the figure (`9:00`, `1:30`) leave "a la 1" to be the first of them.
    if _TELLING_AN_HOUR.isdisjoint(words) or not any(
        clock.part or clock.exact for label in labels for clock in label.times
    ):
        return set()
    hours = [one for one in clocks(found) if _after_at(words, one.start) or _before_an_hour_word(words, one.start + 1)]
    return {place for one in hours for place in range(one.start, one.end)}


def _after_at(words: Sequence[str], place: int) -> bool:
    return place > 0 and (words[place - 1] in _AT or tuple(words[max(0, place - 2) : place]) == ("a", "la"))


def _before_an_hour_word(words: Sequence[str], place: int) -> bool:
    return place == len(words) - 1 and words[place] in _HOUR_WORDS


def _points_at_list(words: Sequence[str], clock: Clock, count: int) -> bool:
    """Whether a bare figure is a place in the list: `1`, `la 2`, but not `a las 2`."""
    return 1 <= clock.hour <= count and not _after_at(words, clock.start)


def _same(said: Clock, shown: Clock) -> bool:
    if said.minute != shown.minute:
        return False
    if said.hour > 12 or said.part or said.exact:
        return said.at() == shown.at() or (said.at(), said.hour % 12) == (shown.at("before"), shown.hour)
    return said.hour % 12 == shown.hour % 12


def _without_refused(found: Sequence[Token], words: Sequence[str], mentions: list[Mention]) -> list[Mention]:
    """Without what stands right after a `no`, if something else was named."""
    kept = [one for one in mentions if not _refused(found, words, one)]
    return kept or mentions


def _refused(found: Sequence[Token], words: Sequence[str], one: Mention) -> bool:
    """`no la 1`, and `la 1 no,` where the no belongs to what stands before it."""
    after = one.end + 1
    if one.end < len(words) and words[one.end] in _NOT_THIS and after < len(words) and _parted(found[after]):
        return True
    for place in range(max(0, one.start - 2), one.start):
        parted = any(_parted(token) for token in found[place + 1 : one.start + 1])
        if words[place] in _NOT_THIS and not parted:
            return True
    return False


def _parted(token: Token) -> bool:
    return bool(set(",.;:\n") & set(token.before))


def _decide(
    found: Sequence[Token], words: Sequence[str], mentions: Sequence[Mention], count: int
) -> int | list[int] | None:
    beyond = [one for one in mentions if not 1 <= one.option <= count]
    mentions = [one for one in mentions if one not in beyond]
    if not mentions or any(one.leads for one in beyond):
        return None
    options = {one.option for one in mentions}
    if beyond and listed(found, words, sorted([*mentions, *beyond], key=lambda one: one.start)):
        return None
    if len(options) == 1:
        return options.pop()
    if listed(found, words, mentions):
        return sorted(options)
    between = set(words[mentions[0].end : mentions[-1].start])
    if between & _BETWEEN:
        return None
    first = mentions[0]
    if first.leads or _CONTRAST.first(words[first.end : mentions[1].start]):
        return first.option
    return _strongest(mentions)


def _strongest(mentions: Sequence[Mention]) -> int | None:
    totals: dict[int, float] = {}
    for one in mentions:
        totals[one.option] = totals.get(one.option, 0.0) + one.strength
    ranked = sorted(totals.items(), key=lambda item: -item[1])
    return ranked[0][0] if ranked[0][1] - ranked[1][1] > _CLOSE else None


def _unsure(words: Sequence[str], labels: Sequence[Label], mentions: Sequence[Mention]) -> int | None:
    """`no me acuerdo` where one option is `No sé`, and nothing else was named."""
    fitting = [place for place, label in enumerate(labels, 1) if "dont_know" in label.meanings]
    match = _UNSURE.first(words)
    refusing = {place for place, label in enumerate(labels, 1) if label.refuses}
    others = {one.option for one in mentions} - refusing - set(fitting)
    return fitting[0] if len(fitting) == 1 and match and match.start <= 1 and not others else None


def _unlisted(words: Sequence[str], labels: Sequence[Label]) -> int | None:
    """A language that is not among those shown means `other`."""
    shown = [label for label in labels if label.meanings & LANGUAGES]
    others = [
        place
        for place, label in enumerate(labels, 1)
        if "another_language" in label.meanings or ("other" in label.meanings and len(shown) > 1)
    ]
    return others[0] if len(others) == 1 and _LANGUAGES.first(words) else None


def _says_yes_or_no(one: Mention, words: Sequence[str], labels: Sequence[Label]) -> bool:
    """Whether a mention is the yes or no of a label itself, which a sentence may turn round (`no hay problema`)."""
    label = labels[one.option - 1] if 1 <= one.option <= len(labels) else None
    return label is not None and label.yes is not None and words[one.start] in label.words


def _by_relation(text: str, options: Sequence[Option]) -> int | None:
    """`mi suegra` where one option is the grandmother."""
    said = relation(text)
    fitting = [place for place, option in enumerate(options, 1) if said and relation(option.label) == said]
    return fitting[0] if len(fitting) == 1 else None


def _by_hours(text: str, options: Sequence[Option], labels: Sequence[Label]) -> int | None:
    """The window that an hour told with its half of the day, or a part of the day, falls in."""
    bare = all(word.isdecimal() for word in plain_words(text))
    return (
        None
        if bare or "?" in text
        else by_window(text, [one.label for one in options], [label.times for label in labels])
    )


def _as_yes_no(text: str, labels: Sequence[Label]) -> int | None:
    """`simon` where one option is `Sí`, `nel` where one is `No`."""
    if not any(label.yes is not None for label in labels):
        return None
    said = yes_no(text)
    fitting = [place for place, label in enumerate(labels, 1) if said is not None and label.yes is said]
    return fitting[0] if len(fitting) == 1 else None
