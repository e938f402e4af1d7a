"""The hours of a work day: which one is leaving home, which one is being back, and which half of the day each is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.heard.answers import work_words as say
from bot.heard.answers.halves import halves, likely
from bot.heard.answers.times import Clock
from bot.heard.answers.tokens import Token
from bot.heard.answers.work_clocks import last, plain, work_clocks

_GOING, _BACK = ("leave", "fetched", "start"), ("home", "end")
_SIDE_ROLES = {"until": "end", "after": "home"}


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour and what the words around it say that it is."""

    clock: Clock
    role: str = ""
    """leave, fetched, start, out (either leaving), end, home, wake, again (the other of `4 o 5`), or nothing."""
    side: str = ""
    """from, until, after, before, or nothing."""


def work_hours(
    found: Sequence[Token], later: Sequence[Clock], *, said: str | None, works: bool
) -> tuple[str | None, str | None]:
    """When they leave and when they are home, as `HH:MM`.

    `later`: hours from which they are free, if nothing else tells; `said`: night, varies, ... as they said it;
    `works`: the text speaks of work, so that a bare hour is one of work.
    """
    night = said == "night"
    marked = _marked(found)
    hours = _ranges(found, marked)
    hours = [_out_resolved(hour, hours, night=night) for hour in hours]
    if said == "varies":
        hours = [replace(hour, role=hour.role or _SIDE_ROLES.get(hour.side, "")) for hour in hours]
    else:
        hours = _bare_resolved(found, hours, works=works)
    going, back = _chosen(hours, _GOING), _chosen(hours, _BACK)
    if back is None and later:
        back = later[0]
    if works or any(hour.role or hour.side for hour in marked) or later:
        return halves(going, back, night=night)
    return likely(going, back)


def _marked(found: Sequence[Token]) -> list[_Hour]:
    words = plain(found)
    times = work_clocks(found)
    ends = [0, *(clock.end for clock in times)]
    starts = [*(clock.start for clock in times), len(words)]
    gaps = [words[begin:end] for begin, end in zip(ends, starts, strict=True)]
    if _verbs_follow(gaps):
        return [_Hour(clock, _verb(gap, [])) for clock, gap in zip(times, gaps[1:], strict=True)]
    return [
        _Hour(clock, _verb(_own(gap, after), _until_verb(after)), last(say.SIDES, gap))
        for clock, gap, after in zip(times, gaps, gaps[1:], strict=False)
    ]


def _own(before: list[str], after: list[str]) -> list[str]:
    """The words with the verb of an hour: `5 y cuarto agarro el raite, llego a las 6` has two verbs after it."""
    verbs = [] if say.has(say.VERBS, before) else list(say.VERBS.matches(after))
    return after[: verbs[1].start] if len(verbs) > 1 else before


def _verbs_follow(gaps: list[list[str]]) -> bool:
    """`5 salgo 6 y media regreso`: each verb stands after its hour."""
    return len(gaps) > 1 and not say.has(say.VERBS, gaps[0]) and all(say.has(say.VERBS, gap) for gap in gaps[1:])


def _until_verb(words: list[str]) -> list[str]:
    """The words after an hour that still belong to it."""
    verb = say.VERBS.first(words)
    if verb is None or say.OUT_OF.at(words, verb.start):
        return words
    return words[: verb.start]


def _verb(before: list[str], after: list[str]) -> str:
    """What the verb before an hour makes of it, with the place that it leads to or from."""
    verbs = list(say.VERBS.matches(before))
    if not verbs:
        return "start" if say.has(say.TO_WORK, before) and say.has(say.TO_WORK, before[-4:]) else ""
    role, since = verbs[-1].meaning, before[verbs[-1].start :]
    if role == "out":
        place = last(say.OUT_OF, since) or last(say.OUT_OF, after)
        return {"from_work": "end", "from_home": "leave"}.get(place, role)
    if role == "home" and (say.has(say.TO_WORK, since) or say.has(say.TO_WORK, after[:3])):
        return "start"
    return role


def _ranges(found: Sequence[Token], hours: list[_Hour]) -> list[_Hour]:
    """`6 a 4` as going and back; `regreso a las 5 o 6` as twice the same."""
    result = list(hours)
    for place in range(len(result) - 1):
        first, last = result[place], result[place + 1]
        between = plain(found[first.clock.end : last.clock.start])
        dash = "-" in found[last.clock.start].before or "–" in found[last.clock.start].before
        joined = (between or dash) and set(between) <= say.TO
        if last.role or not joined:
            continue
        if set(between) & say.OR or first.role in ("out", "home", "end", "leave"):
            early, late = ("again", first.role) if first.role in _BACK else (first.role, "again")
            result[place], result[place + 1] = replace(first, role=early), replace(last, role=late)
        elif not first.role or first.role == "start":
            result[place] = replace(first, role="start")
            result[place + 1] = replace(last, role="end")
    return result


def _out_resolved(hour: _Hour, hours: Sequence[_Hour], *, night: bool) -> _Hour:
    """Which leaving `salgo` is: from home in the morning, or from work."""
    if hour.role != "out":
        return hour
    place = hours.index(hour)
    roles = [other.role for other in hours]
    if "start" in roles:
        leaves = len(hours) > 2 and place < roles.index("start")
    elif "leave" in roles or "out" in roles[:place]:
        leaves = roles[0] == "out" and "leave" not in roles and hours[0].clock.hour == hour.clock.hour and place == 0
    elif set(roles) & set(_BACK) or roles.count("out") > 1 or len(hours) > place + 1:
        leaves = True
    else:
        leaves = _leaves_home(hour, night=night)
    return replace(hour, role="leave" if leaves else "end")


def _leaves_home(hour: _Hour, *, night: bool) -> bool:
    """Whether a lone `salgo a las …` is in the morning."""
    clock = hour.clock
    if hour.side in ("after", "until"):
        return False
    if clock.part is None and not clock.exact and clock.hour <= 12:
        return (4 <= clock.hour <= 9) != night
    return (clock.at() < "11:00") != night


def _bare_resolved(found: Sequence[Token], hours: list[_Hour], *, works: bool) -> list[_Hour]:
    """Hours without a verb: `until` ends the work, the other of two is what is missing."""
    hours = [replace(hour, role=hour.role or _SIDE_ROLES.get(hour.side, "")) for hour in hours]
    roles = {hour.role for hour in hours}
    alone = set(plain(found)) - _words_of(found, hours) <= say.AROUND
    result: list[_Hour] = []
    for hour in hours:
        told = alone and _told_half(hour.clock, len(hours))
        role = hour.role
        if not role and hour.side != "before" and _looks_so(found, hour.clock):
            role = _missing(hour.clock, roles, works=works, alone=told, two=len(hours) > 1)
        roles.add(role)
        result.append(replace(hour, role=role))
    return result


def _looks_so(found: Sequence[Token], clock: Clock) -> bool:
    """Whether a number without a verb looks like an hour: not the `4` of `somos 4`."""
    before = {token.plain for token in found[max(0, clock.start - 1) : clock.start]}
    bare = clock.part is None and not clock.exact and clock.end - clock.start == 1 and clock.minute == 0
    return not bare or before <= (say.AT | say.TO | say.AROUND | _words_of_work(found))


def _words_of_work(found: Sequence[Token]) -> set[str]:
    words = plain(found)
    return {word for match in say.WORK.matches(words) for word in words[match.start : match.end]}


def _words_of(found: Sequence[Token], hours: Sequence[_Hour]) -> set[str]:
    return {token.plain for hour in hours for token in found[hour.clock.start : hour.clock.end]}


def _told_half(clock: Clock, count: int) -> bool:
    """Whether an hour that is all the text says tells its half of the day."""
    return clock.part is not None or clock.exact or clock.end - clock.start > 1 or count == 2


def _missing(clock: Clock, roles: set[str], *, works: bool, alone: bool, two: bool) -> str:
    """What an hour without a verb is: what the others leave out; alone, an evening hour is being home."""
    going, back = roles & {*_GOING, "out"}, roles & set(_BACK)
    if going and not back:
        return "home"
    if back and not going:
        return "leave"
    if going or not (works or alone):
        return ""
    return "leave" if works or two or clock.at("before") < "12:00" else "home"


def _chosen(hours: Sequence[_Hour], roles: tuple[str, ...]) -> Clock | None:
    """The hour of the better role: leaving home before starting, being home before ending."""
    for role in roles:
        clocks_of = [hour.clock for hour in hours if hour.role == role]
        if clocks_of:
            return clocks_of[0]
    return None
