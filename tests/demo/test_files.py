"""What the files hold fits where it will be said, and what is wrong with a file is said plainly."""

import datetime as dt
import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

import demo
from demo.files import HERE, LANGUAGES
from demo.organizations import load_organizations
from locales import LANGUAGES as KNOWN_LANGUAGES
from locales.sms import fold, segments
from models.database import open_database

TODAY = dt.date(2026, 11, 22)
TITLE, ANSWER, OPTION = 24, 75, 20
PROGRAMS = sorted((HERE / "programs").glob("*.toml"))


@pytest.fixture
def session(sqlite_url: str) -> Iterator[Session]:
    database = open_database(sqlite_url)
    with database.begin() as begun:
        yield begun
    database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the example's files, to be spoiled."""
    return Path(shutil.copytree(HERE, tmp_path / "demo", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def said(program: dict[str, Any]) -> Iterator[tuple[str, dict[str, str], int]]:
    """Everything a family may read of a program, with the septets it may take."""
    yield "title", program["title"], TITLE
    for room in program["rooms"]:
        yield "room", room.get("title", {}), TITLE
    for topic, words in program.get("words", {}).items():
        yield topic, words, ANSWER
    for question in program.get("questions", []):
        yield question["key"], question["ask"], ANSWER
        yield from ((option["key"], option["label"], OPTION) for option in question.get("options", []))


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_everything_said_fits_a_text(path: Path) -> None:
    too_long = [
        (what, language, measured.units)
        for what, words, most in said(read(path))
        for language, text in words.items()
        if (measured := segments(fold(text))).encoding != "GSM-7" or measured.units > most
    ]
    assert too_long == []


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_is_named_once_and_in_known_languages(path: Path) -> None:
    program = read(path)
    names = program["also_known_as"]
    assert len(names) == len(set(names))
    assert set(program["languages"]) <= set(KNOWN_LANGUAGES)
    assert program["rooms"]
    assert len(names) >= len(LANGUAGES)


def test_no_name_of_a_program_is_a_word_that_means_something_to_every_conversation() -> None:
    taken = {"stop", "help", "menu", "si", "no", "ayuda", "alto", "hola", "noche", "tarde", "comida", "bus", "ed"}
    wrong = {path.stem: taken & set(read(path)["also_known_as"]) for path in PROGRAMS}
    assert {code: words for code, words in wrong.items() if words} == {}


def test_every_number_is_one_that_nobody_has() -> None:
    families = (HERE / "families.toml").read_text(encoding="utf-8")
    numbers = [part.split('"')[1] for part in families.split("number = ")[1:]]
    assert len(numbers) == len(set(numbers))
    assert all(number[-7:-2] == "55501" for number in numbers)


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("programs/LYN-CAMP.toml", "meals =", "meels =", "LYN-CAMP.toml, meels: is not known; did you mean meals."),
        ("programs/LYN-CAMP.toml", '"08:00"', '"8 am"', "LYN-CAMP.toml, begins: '8 am' is not a time such as 06:30."),
        ("programs/LYN-CAMP.toml", "2027-08-20", "2026-08-20", "LYN-CAMP.toml, ends_on: is before starts_on."),
        ("programs/LYN-CAMP.toml", "2027-08-20", '"20/8"', "LYN-CAMP.toml, ends_on: '20/8' is not a date such as"),
        ("programs/LYN-CAMP.toml", '"children"', '"kids"', "LYN-CAMP.toml, attends: 'kids' is not one of children,"),
        ("programs/LYN-CAMP.toml", '"lunch"', '"brunch"', "LYN-CAMP.toml, meals: 'brunch' is not one of breakfast,"),
        ("programs/LYN-CAMP.toml", '"mon"', '"lun"', "LYN-CAMP.toml, weekdays: 'lun' is not one of mon,"),
        ("programs/LYN-CAMP.toml", "seats = 40", 'seats = "many"', "LYN-CAMP.toml, rooms[1], seats: 'many' is not a"),
        ("programs/LYN-CAMP.toml", "[6, 13]", "[13, 6]", "LYN-CAMP.toml, rooms[1], ages: should be two numbers,"),
        ("programs/LYN-CAMP.toml", '"Ingalls"', '"Cobbet"', "LYN-CAMP.toml, stops[2], name: is the same as in"),
        ("programs/LYN-CAMP.toml", "[words.cost]", "[words.price]", "LYN-CAMP.toml, words.price: is not one of what,"),
        ("programs/LYN-CAMP.toml", 'ht = "Kan ete klib la"', "", "LYN-CAMP.toml, title, ht: missing; it should be"),
        ("programs/LYN-CAMP.toml", 'kind = "choice"', 'kind = "text"', "LYN-CAMP.toml, questions[2], options: a cho"),
        ("programs/LYN-CAMP.toml", 'code = "LYN-CAMP"', 'code = "LYN"', "LYN-CAMP.toml, code: 'LYN' should be the"),
        ("programs/LYN-CAMP.toml", '"LYN"', '"LIN"', "LYN-CAMP.toml, district: there is no organization 'LIN'."),
        ("programs/LYN-CAMP.toml", "[[rooms]]", "[[rooms]", "LYN-CAMP.toml: it cannot be read as TOML:"),
        ("programs/NBD-VAX-AUG.toml", '["sat"]\nseats', '["sun"]\nseats', "NBD-VAX-AUG.toml, slots[1], weekdays: none"),
        ("organizations.csv", "LYN,district", "SPR,district", "organizations.csv, line 18, code: 'SPR' is there"),
        ("organizations.csv", "SPR,district", "SPR,distrit", "organizations.csv, line 9, kind: 'distrit' is not one"),
        ("organizations.csv", "02810000", "2810000", "organizations.csv, line 9, state_id: '2810000' should be 8 or"),
        ("organizations.csv", "MMEP,413", "MEP,413", "organizations.csv, line 9, parent: there is no organization"),
        ("organizations.csv", "hola=screener", "hola", "organizations.csv, line 28, poster_words: should be word="),
        ("contacts.csv", "+14135550110", "+14136550110", "contacts.csv, line 3, phone: '+14136550110' is not a"),
        ("contacts.csv", ",no,0\n", ",nope,0\n", "contacts.csv, line 3, recruits: 'nope' is neither yes nor no."),
        ("families.toml", 'stop = "Gomes"', 'stop = "Gomez"', "families.toml, families[6].sign_ups[2], stop: NBD-B2S"),
        ("families.toml", 'student = "Chepe"', 'student = "Pepe"', "families.toml, families[2].sign_ups[1], student:"),
        ("families.toml", "T10:00", "T10:10", "families.toml, families[6].sign_ups[1], slot: NBD-VAX-AUG has no"),
        ("families.toml", "age = 17", "age = 7", "families.toml, families[2].sign_ups[1], student: no room of SPR-CR"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(
    session: Session, folder: Path, name: str, old: str, new: str, told: str
) -> None:
    spoil(folder / name, old, new)
    with pytest.raises(demo.DemoError) as raised:
        demo.load(session, TODAY, folder)
    assert str(raised.value).startswith(told)
    assert str(raised.value).endswith(".")


def test_a_file_saved_by_a_spreadsheet_loads(session: Session, folder: Path) -> None:
    path = folder / "organizations.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_organizations(session, folder) == 53


def test_a_file_that_is_missing_or_in_another_encoding_is_named(session: Session, folder: Path) -> None:
    path = folder / "contacts.csv"
    path.write_bytes("code,role_es\nA,señora\n".encode("latin-1"))
    with pytest.raises(demo.DemoError, match=r"contacts\.csv: it is not in UTF-8"):
        demo.load(session, TODAY, folder)
    path.unlink()
    with pytest.raises(demo.DemoError, match=r"contacts\.csv: it cannot be read: No such file"):
        demo.load(session, TODAY, folder)


def test_a_row_with_a_comma_too_many_is_named(session: Session, folder: Path) -> None:
    spoil(folder / "contacts.csv", "family,no,0\n", "family,no,0,more\n")
    with pytest.raises(demo.DemoError, match=r"contacts\.csv, line 3: more cells than the first line has names"):
        demo.load(session, TODAY, folder)
