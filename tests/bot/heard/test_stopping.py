"""Wishes to hear less, nothing or everything again, beside texts that only look like them.

A row: what is meant (several joined by `|` where a question to the family is as good), the text, the family's
language, the kind of the waiting question and its options. `other` is none of these wishes. A guess at stopping
counts as `unsure_opt_out`, since it is asked about.
"""

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.heard import Option, Waiting, hear

_WISHES = frozenset({"opt_out", "unsure_opt_out", "pause", "wrong_number", "opt_in"})
_TODAY = date(2027, 6, 1)


class _Row(NamedTuple):
    meant: frozenset[str]
    text: str
    language: str
    waiting: Waiting | None


def _rows(name: str) -> list[_Row]:
    return [_row(line) for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()]


def _row(line: str) -> _Row:
    meant, text, language, kind, labels = line.split("\t")
    options = tuple(Option(label) for label in labels.split("/") if label)
    return _Row(frozenset(meant.split("|")), text, language, Waiting(kind, options) if kind else None)


def _wish(row: _Row, language: str | None) -> str:
    heard = hear(row.text, waiting=row.waiting, language=language, today=_TODAY)
    if heard.intent == "opt_out" and not heard.sure:
        return "unsure_opt_out"
    return heard.intent if heard.intent in _WISHES else "other"


@pytest.mark.parametrize(("name", "at_least"), [("stopping_once_unseen.tsv", 280), ("stopping_nearly.tsv", 130)])
def test_nearly_every_wish_about_our_texts_is_heard(name: str, at_least: int) -> None:
    rows = _rows(name)
    wrong = [(row.text, sorted(row.meant), _wish(row, row.language)) for row in rows]
    wrong = [(text, meant, wish) for text, meant, wish in wrong if wish not in meant]
    assert len(rows) >= at_least
    assert len(wrong) <= 0.02 * len(rows), wrong


@pytest.mark.parametrize("name", ["stopping_once_unseen.tsv", "stopping_nearly.tsv"])
@pytest.mark.parametrize("language", [None, "en", "es", "pt", "ht"])
def test_no_wish_to_stop_is_missed_or_made_up_whatever_the_family_s_language(name: str, language: str | None) -> None:
    for row in _rows(name):
        wish = _wish(row, language)
        if "opt_out" in row.meant:
            assert wish in {"opt_out", "unsure_opt_out", "wrong_number"}, row.text
        elif row.meant == {"other"}:
            assert wish not in {"opt_out", "wrong_number"}, row.text
