"""`flask understand`: what a text would be taken for, for translators and for measuring."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click

from bot.heard import Heard, Option, Waiting, hear
from bot.heard.waiting import KINDS


class _OddInputError(Exception):
    """What was given cannot be understood; the message says what to mend."""


@dataclass(frozen=True)
class _Asked:
    """One text to understand, checked."""

    text: str
    waiting: Waiting | None
    language: str | None
    today: date


def _waiting(kind: str | None, options: tuple[str, ...]) -> Waiting | None:
    if kind in (None, "", "none"):
        return None
    if kind not in KINDS:
        raise _OddInputError(f"There is no kind of question {kind!r}. There are: {', '.join(sorted(KINDS))}.")
    if kind == "choice" and not options:
        raise _OddInputError('A choice needs its options, for example --options "Gerena|Brightwood".')
    return Waiting(str(kind), tuple(Option(label) for label in options))


def _day(value: str | None) -> date:
    if not value:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _OddInputError(f"{value!r} is not a day. Write it as 2027-07-05.") from None


def _labels(options: Any) -> tuple[str, ...]:
    """The options as one text with bars between them or as a list of texts."""
    if not options:
        return ()
    if isinstance(options, str):
        options = options.split("|")
    if not isinstance(options, list) or not all(isinstance(option, str) for option in options):
        raise _OddInputError("Options are a list of texts, or one text with | between them.")
    return tuple(label.strip() for label in options if label.strip())


def _checked(given: Any, today: str | None) -> _Asked:
    if not isinstance(given, dict) or not isinstance(given.get("text"), str):
        raise _OddInputError('There must be an object with a "text".')
    for key in ("waiting", "language", "today"):
        if not isinstance(given.get(key), str | None):
            raise _OddInputError(f'"{key}" must be a text.')
    waiting = _waiting(given.get("waiting"), _labels(given.get("options")))
    return _Asked(given["text"], waiting, given.get("language"), _day(given.get("today") or today))


def _of_line(line: str, number: int, today: str | None) -> _Asked:
    try:
        return _checked(json.loads(line), today)
    except json.JSONDecodeError:
        raise click.ClickException(f"Line {number} is not JSON.") from None
    except (_OddInputError, RecursionError) as problem:
        raise click.ClickException(f"Line {number}: {problem}") from None


def _lines(path: str, today: str | None) -> Iterator[_Asked]:
    try:
        with click.open_file(path, encoding="utf-8-sig") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError):
        raise click.ClickException(f"{path} cannot be read as a text file in UTF-8.") from None
    for number, line in enumerate(content.split("\n"), start=1):
        if line.strip():
            yield _of_line(line, number, today)


def _heard(asked: _Asked) -> Heard:
    return hear(asked.text, waiting=asked.waiting, language=asked.language, today=asked.today)


def _shape(heard: Heard) -> dict[str, Any]:
    return {
        "intent": heard.intent,
        "answer": heard.answer,
        "language": heard.language,
        "question": heard.question,
        "sure": heard.sure,
    }


def _told(heard: Heard) -> str:
    return "\n".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in _shape(heard).items())


@click.command()
@click.argument("text", required=False)
@click.option("--waiting", metavar="KIND", help=f"The kind of question that waits: {', '.join(sorted(KINDS))}.")
@click.option("--options", help='What a choice offers: "Gerena|Brightwood|White St".')
@click.option("--language", help="The family's language: en, es, pt or ht.")
@click.option("--today", help="The day that 'tomorrow' counts from, as 2027-07-05; without it, today.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--file", "path", type=click.Path(), help="Read one JSON object a line, print one a line.")
def understand(
    text: str | None,
    waiting: str | None,
    options: str | None,
    language: str | None,
    today: str | None,
    *,
    as_json: bool,
    path: str | None,
) -> None:
    """Say what TEXT would be taken for.

    A work_day (`--waiting work_day "salgo a las 5 y regreso a las 6"`) answers with what was told of: pattern
    (early, day, night, varies), leaves_at and home_at (HH:MM), days_off (0 is Monday), works_days (days beside the
    usual ones) and before_work (whether a text before leaving is welcome).
    """
    if path:
        for asked in list(_lines(path, today)):
            click.echo(json.dumps(_shape(_heard(asked)), ensure_ascii=False))
        return
    if text is None:
        raise click.ClickException("Give a TEXT, or a --file with one JSON object a line.")
    given = {"text": text, "waiting": waiting, "options": options, "language": language}
    try:
        heard = _heard(_checked(given, today))
    except _OddInputError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(json.dumps(_shape(heard), ensure_ascii=False) if as_json else _told(heard))
