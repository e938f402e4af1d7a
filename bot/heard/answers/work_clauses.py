"""What in a text is about the work of the person who writes, what about our texts, and what about others."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.heard.answers import work_words as say
from bot.heard.answers.texting_hours import refuses, span
from bot.heard.answers.times import Clock
from bot.heard.answers.tokens import Token
from bot.heard.answers.work_clocks import plain, side, work_clocks

_BREAK = re.compile(r"[,;!?\n)(]|[.:](\s|$)")
_EARLY_UNTIL = 9

Clause = Sequence[Token]


@dataclass(frozen=True, slots=True)
class Telling:
    """A text sorted: the tokens about work, the clauses about our texts, whether it asks something."""

    work: tuple[Token, ...]
    texting: tuple[Clause, ...]

    @property
    def words(self) -> list[str]:
        """The words about work."""
        return plain(self.work)


def spans(found: Clause) -> Clause:
    """`5 to 5` as `5 till 5`: a work day, not five minutes to five."""
    return tuple(
        replace(token, plain="till") if token.plain == "to" and _between_hours(found, place) else token
        for place, token in enumerate(found)
    )


def _between_hours(found: Clause, place: int) -> bool:
    if not 0 < place < len(found) - 1:
        return False
    figures = found[place - 1].figure is not None and found[place + 1].figure is not None
    return figures and (place == 1 or found[place - 2].plain not in ("at", "by"))


def sorted_out(found: Clause) -> Telling:
    """The text without what it says of others, its clauses on our texts apart."""
    work: list[Token] = []
    texting: list[Clause] = []
    for whole in _clauses(found):
        if _of_others(plain(whole)):
            continue
        clause = _still_so(whole)
        cut = _texting_from(clause)
        work += clause[:cut]
        if cut < len(clause):
            texting.append(clause[cut:])
    return Telling(tuple(work), tuple(texting))


def _clauses(found: Clause) -> Iterator[Clause]:
    words = plain(found)
    begin = 0
    for place in range(1, len(found)):
        if is_break(found[place]) or say.TURN.at(words, place) or _joins_verbs(words, place):
            yield found[begin:place]
            begin = place
    if found:
        yield found[begin:]


def is_break(token: Token) -> bool:
    """Whether a clause ends before this token; not between the hour and the minutes of `7:30`."""
    minutes = token.figure is not None and token.before in (":", ".")
    return not minutes and _BREAK.search(token.before) is not None


def asks(found: Clause) -> bool:
    """Whether the text asks for an hour or a price; `no se a que hora salgo` does not."""
    return any(_asks(plain(clause)) for clause in _clauses(found))


def _asks(words: list[str]) -> bool:
    match = say.ASKING.first(words)
    return match is not None and match.start <= 1 and words[0] not in say.REFUSE


def _joins_verbs(words: Sequence[str], place: int) -> bool:
    """`y entro`, `and i start`: what follows is said of another thing than what went before."""
    if words[place] not in say.AND:
        return False
    near = range(place + 1, min(place + 3, len(words)))
    return any(say.VERBS.at(words, after) or say.WORK.at(words, after) for after in near)


def _of_others(words: list[str]) -> bool:
    """Whether a clause is about a child, a class or a bus, and not about who takes the writer to work."""
    others = say.OTHERS.first(words) is not None and not (words[0] not in say.OTHERS_FIRST and _only_pronoun(words))
    return others and "fetched" not in {match.meaning for match in say.VERBS.matches(words)}


def _still_so(clause: Clause) -> Clause:
    """The clause without an hour or a day of rest that was so before: `entro a las 7 ya no a las 5`."""
    words = plain(clause)
    match = say.NO_LONGER.first(words)
    if match is None:
        return clause
    rest = clause[match.end :]
    return clause[: match.start] if work_clocks(rest) or say.has(say.OFF, plain(rest)) else clause


def _only_pronoun(words: list[str]) -> bool:
    said = [words[match.start] for match in say.OTHERS.matches(words)]
    return all(word in say.OTHERS_FIRST for word in said)


def _texting_from(clause: Clause) -> int:
    """Where the clause begins to be about our texts; its end if nowhere."""
    words = plain(clause)
    text = say.TEXTING.first(words) or say.CAN_READ.first(words)
    if text is None:
        return 0 if _wishes_hours(clause, words) or _on_early(words) else len(clause)
    times = work_clocks(clause)
    verbs = list(say.VERBS.matches(words[: text.start]))
    told = [clock for clock in times if clock.end <= text.start and any(verb.end <= clock.start for verb in verbs)]
    return told[-1].end if told else 0


def _wishes_hours(clause: Clause, words: list[str]) -> bool:
    """Whether hours are wished for or refused without a word for our texts: `nothing before 6`, `better after 8`."""
    if say.has(say.VERBS, words) or say.has(say.WORK, words):
        return False
    refuses_some, prefers = bool(say.REFUSE & set(words)), say.has(say.PREFER, words)
    clocks = work_clocks(clause)
    if not clocks:
        parts = {match.meaning for match in say.TEXTS_PART.matches(words)}
        return (refuses_some and parts == {"texts_morning"}) or (prefers and bool(parts) and not refuses_some)
    sides = {side(words, clock) for clock in clocks} & {"before", "after"}
    return bool(sides) and (refuses_some or prefers)


def _on_early(words: list[str]) -> bool:
    return say.has(say.BEFORE_WORK, words) or say.has(say.NOT_EARLY, words)


def before_work(texting: Sequence[Clause]) -> bool | None:
    """Whether a text before leaving is welcome, as far as these clauses tell."""
    told = [yes for clause in texting if (yes := _welcome(clause)) is not None]
    return False if False in told else (True if told else None)


def _welcome(clause: Clause) -> bool | None:
    words = plain(clause)
    if say.has(say.NOT_EARLY, words) or say.has(say.TOO_EARLY, words):
        return False
    refusing = refuses(words)
    early = say.has(say.BEFORE_WORK, words) or say.has(say.EARLY_HOURS, words) or _early_hour(clause, words)
    early = early or (refusing and _has_side(clause, words, "before"))
    return not refusing if early else None


def limits_hours(texting: Sequence[Clause]) -> bool:
    """Whether a clause that refuses texts says up to or from when: `before 6`, `not in the morning`, `after 9`."""
    return any(_limits_early(clause) or _limits_late(clause) for clause in texting)


def _limits_early(clause: Clause) -> bool:
    words = plain(clause)
    limited = say.has(say.NOT_EARLY, words) or say.has(say.EARLY_HOURS, words) or _has_side(clause, words, "before")
    return limited and _welcome(clause) is False


def _limits_late(clause: Clause) -> bool:
    words = plain(clause)
    return refuses(words) and _has_side(clause, words, "after")


def _has_side(clause: Clause, words: list[str], which: str) -> bool:
    return any(side(words, clock) == which for clock in work_clocks(clause))


def _early_hour(clause: Clause, words: list[str]) -> bool:
    """Whether the hour named for our texts is before work: `a las 4:30`, `before 6`."""
    if told := span(clause):
        return (told.not_before or "") < f"{_EARLY_UNTIL:02d}"
    return any(
        clock.at("before") < f"{_EARLY_UNTIL:02d}" and side(words, clock) not in ("after", "until")
        for clock in work_clocks(clause)
    )


def home_after(texting: Sequence[Clause]) -> list[Clock]:
    """Hours of being home told together with our texts: `text me when i get home at 6`."""
    return [
        clock
        for clause in texting
        if not refuses(words := plain(clause))
        for clock in work_clocks(clause)
        if say.has(say.VERBS, words[: clock.start])
    ]
