"""What a sentence must keep to in every language: complete, fillable, short enough, well worded."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Message

from locales.extraction import SOURCE, forms, source_forms
from locales.sms import for_sms, segments

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
_ALLOWED_SEGMENTS = re.compile(r"segments:\s*(\d)")
_OPT_OUT_NOTICE = "opt-out notice"


@dataclass(frozen=True)
class Avoided:
    """A wording that one language must not use, and what to say instead."""

    languages: tuple[str, ...]
    pattern: re.Pattern[str]
    say: str
    allowed: tuple[re.Pattern[str], ...] = ()
    staff_may: bool = False

    def found_in(self, text: str) -> str | None:
        """The wording as it stands in `text`, unless only in a phrase where it is right."""
        found = self.pattern.search(_without(self.allowed, text))
        return found.group() if found else None


@dataclass(frozen=True)
class Rules:
    """The rules kept as data: worst-case values by placeholder, and wordings to avoid."""

    worst: Mapping[str, int | str | Mapping[str, str]]
    avoided: tuple[Avoided, ...]
    carrier_words: re.Pattern[str]
    carrier_phrases: tuple[re.Pattern[str], ...]


def read_rules(folder: Path) -> Rules:
    """The rules of worst_case.toml and wording.toml in `folder`."""
    wording = tomllib.loads((folder / "wording.toml").read_text(encoding="utf-8"))
    values = tomllib.loads((folder / "worst_case.toml").read_text(encoding="utf-8"))["values"]
    words = "|".join(wording["carriers"]["words"])
    return Rules(
        worst=values,
        avoided=tuple(_avoided(entry) for entry in wording["avoid"]),
        carrier_words=re.compile(rf"\b({words})\b"),
        carrier_phrases=_patterns(wording["carriers"]["allowed"]),
    )


def faults(message: Message, catalog: str, rules: Rules) -> Iterator[str]:
    """What is wrong with the message in that catalog, each in one plain sentence."""
    said = forms(message)
    if message.fuzzy:
        yield "is marked fuzzy: check it and remove the mark"
    if catalog == SOURCE:
        said = [form or source for form, source in zip(said, source_forms(message), strict=False)]
    elif not all(said):
        yield "has no translation"
        return
    unfillable = list(_placeholder_faults(message, said))
    yield from unfillable
    if for_families(message):
        if not unfillable:
            yield from _length_faults(message, said, catalog, rules)
        yield from _carrier_faults(message, said, rules)
    yield from _wording_faults(message, said, catalog, rules)


def for_families(message: Message) -> bool:
    """Whether families get to read it as a text: all but what only the web pages say."""
    return not all(name.startswith("web/") for name, _line in message.locations)


def awaits_review(message: Message) -> bool:
    """Whether its translator asks for a native reader."""
    return any(comment.startswith("review:") for comment in message.user_comments)


def _placeholder_faults(message: Message, said: list[str]) -> Iterator[str]:
    sources = [frozenset(_PLACEHOLDER.findall(source)) for source in source_forms(message)]
    for position, form in enumerate(said):
        names = frozenset(_PLACEHOLDER.findall(form))
        # "One child" may leave the number out, in English and in its first translated form.
        if names != sources[-1] and (position > 0 or names != sources[0]):
            yield f"must fill {_listed(sources[-1])}, but “{form}” fills {_listed(names)}"
        elif names and not _fillable(form, names):
            yield f"cannot be filled: a percent sign in “{form}” must be %% or a whole %(name)s"


def _fillable(form: str, names: frozenset[str]) -> bool:
    try:
        form % dict.fromkeys(names, "")
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _length_faults(message: Message, said: list[str], catalog: str, rules: Rules) -> Iterator[str]:
    names = {name for form in said for name in _PLACEHOLDER.findall(form)}
    unknown = sorted(names - rules.worst.keys())
    if unknown:
        yield from (f"has %({name})s: say in worst_case.toml how long it can get" for name in unknown)
        return
    worst = {name: _worst_value(rules.worst[name], catalog) for name in names}
    allowed = _allowed_segments(message)
    for form in said:
        longest = for_sms(form % worst if worst else form)
        cost = segments(longest)
        if cost.count > allowed:
            yield (
                f"takes {cost.count} segments ({cost.units} units of {cost.encoding}), {allowed} allowed,"
                f" when it is longest: “{longest}”"
            )


def _allowed_segments(message: Message) -> int:
    marks = _ALLOWED_SEGMENTS.findall(_comment(message))
    return max((int(mark) for mark in marks), default=1)


def _worst_value(value: int | str | Mapping[str, str], catalog: str) -> str:
    if isinstance(value, int):
        return "8" * value
    if isinstance(value, str):
        return value
    return value.get(catalog) or max(value.values(), key=len)


def _carrier_faults(message: Message, said: list[str], rules: Rules) -> Iterator[str]:
    if _OPT_OUT_NOTICE in _comment(message):
        return
    for form in said:
        for word in rules.carrier_words.findall(_without(rules.carrier_phrases, form)):
            yield f"says {word}, a word that carriers act on: offer 1 and 2 instead"


def _wording_faults(message: Message, said: list[str], catalog: str, rules: Rules) -> Iterator[str]:
    for avoided in rules.avoided:
        if catalog not in avoided.languages or (avoided.staff_may and not for_families(message)):
            continue
        for form in said:
            if found := avoided.found_in(form):
                yield f"says “{found}”: write {avoided.say}"


def _avoided(entry: Mapping[str, Any]) -> Avoided:
    return Avoided(
        languages=tuple(entry["languages"]),
        pattern=re.compile(entry["pattern"], re.IGNORECASE),
        say=entry["say"],
        allowed=_patterns(entry.get("allowed", ())),
        staff_may=entry.get("staff_may", False),
    )


def _patterns(phrases: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(phrase, re.IGNORECASE) for phrase in phrases)


def _without(phrases: Iterable[re.Pattern[str]], text: str) -> str:
    for phrase in phrases:
        text = phrase.sub("", text)
    return text


def _comment(message: Message) -> str:
    return " ".join(message.auto_comments)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"%({name})s" for name in sorted(names)) or "nothing"
