"""The programs of the example: one file each under programs/."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from demo.files import Entry, document
from demo.organizations import named, unique_codes
from demo.rows import by_code, put, put_parts
from models.organization import Organization
from models.program import Attends, Program, ProgramStatus, Question, Room, Slot, Stop
from models.sign_up import SignUp

MEALS = ("breakfast", "lunch", "snack", "dinner")
ASKS = ("name", "grade", "ride", "hand_over", "diet", "interpreter")
PROMISES = ("no_papers", "no_id", "no_insurance", "walk_in", "anyone", "kit")
TOPICS = (
    "what", "time", "place", "cost", "bus", "food", "bring", "who", "interpreter", "others_welcome", "papers", "kit",
)  # fmt: skip
TELLS = ("announce", "nudge", "confirm", "reminder", "before_work")
SEAT_FOR = ("person", "sign_up")
QUESTION_KINDS = ("yes_no", "number", "text", "choice")
ALL_AGES = (0, 99)

Values = dict[str, Any]
Part = Room | Stop | Slot | Question


def load_programs(session: Session, folder: Path, moved: dt.timedelta) -> int:
    """Bring the programs to what the files say, their dates moved; return how many there are."""
    entries = unique_codes([document(path) for path in sorted((folder / "programs").glob("*.toml"))])
    districts = by_code(session, Organization)
    found = {program.code: program for program in session.scalars(sa.select(Program).options(*_parts()))}
    for code, entry in entries.items():
        if entry.where != f"{code}.toml":
            raise entry.wrong("code", f"{code!r} should be the name of its file")
        district = named(entry, "district", districts)
        _load_program(session, entry, found.get(code), district, moved)
        entry.done()
    return len(entries)


def _parts() -> list[Any]:
    parts: tuple[InstrumentedAttribute[Any], ...] = (
        Program.rooms, Program.stops, Program.slots, Program.questions,
    )  # fmt: skip
    return [selectinload(part) for part in parts]


def _load_program(
    session: Session, entry: Entry, found: Program | None, district: Organization, moved: dt.timedelta
) -> None:
    zone = district.zone
    if zone is None:
        raise entry.wrong("district", f"{district.code} has no zone in organizations.csv")
    values = {"organization_id": district.id, "zone": zone, **_program(entry, moved)}
    program = put(session, Program, found, values)
    gone: list[Part] = [
        *put_parts(program.rooms, Room, lambda room: room.title.get("en"), _rooms(entry)),
        *put_parts(program.stops, Stop, lambda stop: stop.name, _stops(entry)),
        *put_parts(program.slots, Slot, lambda slot: slot.starts_at, _slots(entry, ZoneInfo(zone), moved)),
        *put_parts(program.questions, Question, lambda question: question.key, _questions(entry)),
    ]
    if gone:
        _remove_unused(session, program, gone)


def _remove_unused(session: Session, program: Program, gone: list[Part]) -> None:
    """Take away parts that the file no longer has, except those that a sign-up holds on to."""
    signed_up = sa.select(SignUp.room_id, SignUp.stop_id, SignUp.slot_id)
    in_use = list(session.execute(signed_up.where(SignUp.program_id == program.id)))
    used = {
        Room: {row.room_id for row in in_use},
        Stop: {row.stop_id for row in in_use},
        Slot: {row.slot_id for row in in_use},
    }
    for part in gone:
        if part.id not in used.get(type(part), ()):
            session.delete(part)
    session.flush()
    session.expire(program, ["rooms", "stops", "slots", "questions"])


def _program(entry: Entry, moved: dt.timedelta) -> Values:
    starts_on, ends_on = entry.date("starts_on"), entry.date("ends_on")
    if ends_on < starts_on:
        raise entry.wrong("ends_on", "is before starts_on")
    return {
        "code": entry.text("code"),
        "offering": entry.text("offering", entry.text("code")),
        "kind": entry.text("kind"),
        "attends": entry.word("attends", Attends),
        "status": entry.word("status", ProgramStatus, ProgramStatus.OPEN),
        "title": entry.words("title"),
        "also_known_as": entry.texts("also_known_as"),
        "words": _words(entry),
        "place": entry.text("place", ""),
        "starts_on": starts_on + moved,
        "ends_on": ends_on + moved,
        "weekdays": entry.weekdays("weekdays"),
        "not_on": [(day + moved).isoformat() for day in entry.dates("not_on")],
        "begins": entry.clock_or_none("begins"),
        "ends": entry.clock_or_none("ends"),
        "meals": _all_of(entry, "meals", MEALS),
        "languages": entry.texts("languages"),
        "asks": _all_of(entry, "asks", ASKS),
        "promises": _all_of(entry, "promises", PROMISES),
        "seat_for": _one_of(entry, "seat_for", SEAT_FOR),
        "confirmed_by_staff": entry.flag("confirmed_by_staff"),
        "tells": _all_of(entry, "tells", TELLS) if entry.has("tells") else None,
        "sign_up_by": entry.date("sign_up_by") + moved if entry.has("sign_up_by") else None,
    }


def _words(entry: Entry) -> dict[str, dict[str, str]]:
    said = entry.table("words")
    for topic in said:
        if topic not in TOPICS:
            raise entry.wrong(f"words.{topic}", f"is not one of {', '.join(TOPICS)}")
    return {topic: words.said() for topic, words in said.items()}


def _all_of(entry: Entry, key: str, known: tuple[str, ...]) -> list[str]:
    for text in entry.texts(key):
        if text not in known:
            raise entry.wrong(key, f"{text!r} is not one of {', '.join(known)}")
    return entry.texts(key)


def _one_of(entry: Entry, key: str, known: tuple[str, ...]) -> str:
    """The first one that is known where the file says nothing."""
    text = entry.text(key, known[0])
    if text not in known:
        raise entry.wrong(key, f"{text!r} is not one of {', '.join(known)}")
    return text


def _keyed(pairs: Iterator[tuple[Entry, str, Any, Values]]) -> Mapping[Any, Values]:
    """The parts by what tells them apart. Raises DemoError where two are the same."""
    keyed: dict[Any, Values] = {}
    for entry, name, key, values in pairs:
        if key in keyed:
            raise entry.wrong(name, "is the same as in another one of this program")
        keyed[key] = values
        entry.done()
    return keyed


def _rooms(entry: Entry) -> Mapping[Any, Values]:
    return _keyed((room, "title", values["title"].get("en"), values) for room, values in _each_room(entry))


def _each_room(entry: Entry) -> Iterator[tuple[Entry, Values]]:
    for room in entry.entries("rooms"):
        ages = room.span("ages", ALL_AGES) or ALL_AGES
        grades = room.span("grades", None) or (None, None)
        yield (
            room,
            {
                "title": room.words("title") if room.has("title") else {},
                "seats": room.number_or_none("seats"),
                "youngest": ages[0],
                "oldest": ages[1],
                "lowest_grade": grades[0],
                "highest_grade": grades[1],
            },
        )


def _stops(entry: Entry) -> Mapping[Any, Values]:
    def each() -> Iterator[tuple[Entry, str, Any, Values]]:
        for stop in entry.entries("stops"):
            values = {
                "name": stop.text("name"),
                "pick_up": stop.clock("pick_up"),
                "also_known_as": stop.texts("also_known_as"),
            }
            yield stop, "name", values["name"], values

    return _keyed(each())


def _slots(entry: Entry, zone: ZoneInfo, moved: dt.timedelta) -> Mapping[Any, Values]:
    """Every slot of every pattern. The wall time is kept when the date moves, whatever summer time does."""

    def each() -> Iterator[tuple[Entry, str, Any, Values]]:
        for pattern in entry.entries("slots"):
            seats = pattern.number("seats", 1)
            for day in _days(pattern):
                for clock in pattern.clocks("times"):
                    starts_at = dt.datetime.combine(day + moved, clock, zone).astimezone(dt.UTC)
                    yield pattern, "times", starts_at, {"starts_at": starts_at, "seats": seats}

    return _keyed(each())


def _days(pattern: Entry) -> list[dt.date]:
    first, last, weekdays = pattern.date("starts_on"), pattern.date("ends_on"), pattern.weekdays("weekdays")
    every = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    days = [day for day in every if day.weekday() in weekdays]
    if not days:
        raise pattern.wrong("weekdays", "none of these days is between starts_on and ends_on")
    return days


def _questions(entry: Entry) -> Mapping[Any, Values]:
    def each() -> Iterator[tuple[Entry, str, Any, Values]]:
        for rank, question in enumerate(entry.entries("questions")):
            values = {
                "key": question.text("key"),
                "kind": _one_of(question, "kind", QUESTION_KINDS),
                "ask": question.words("ask"),
                "options": [_option(option) for option in question.entries("options")],
                "rank": rank,
            }
            if (values["kind"] == "choice") != bool(values["options"]):
                raise question.wrong("options", "a choice has options, and nothing else has")
            yield question, "key", values["key"], values

    return _keyed(each())


def _option(option: Entry) -> Values:
    values = {"key": option.text("key"), "label": option.words("label")}
    option.done()
    return values
