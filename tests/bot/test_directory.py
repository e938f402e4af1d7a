"""Which school or district a text speaks of, on the directory of the example."""

import csv
from functools import cache
from pathlib import Path

import pytest

from bot.directory import names_of, places_spoken_of
from models.catalogue import Catalogue
from models.organization import Organization, OrganizationKind

HERE = Path(__file__).parent
FILE = HERE.parents[1] / "demo" / "organizations.csv"
NOT_HEARD = {"nuevo bedford", "olon", "ohlon"}
"""Half a name, and a town's name translated."""


@cache
def _directory() -> Catalogue:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    ids = {row["code"]: number for number, row in enumerate(rows, 1)}
    return Catalogue([_organization(row, ids) for row in rows], [])


def _organization(row: dict[str, str], ids: dict[str, int]) -> Organization:
    return Organization(
        id=ids[row["code"]],
        code=row["code"],
        kind=OrganizationKind(row["kind"]),
        name=row["name"],
        short_name=row["short_name"] or None,
        town=row["town"] or None,
        parent_id=ids.get(row["parent"]),
        also_known_as=[name for name in row["also_known_as"].split(";") if name],
    )


def _spoken_of(text: str, near: str | None = None) -> list[str]:
    directory = _directory()
    near_id = next((one.id for one in directory.organizations.values() if one.code == near), None)
    return [place.code for place in places_spoken_of(text, directory, near_id)]


@pytest.mark.parametrize("line", (HERE / "places.tsv").read_text(encoding="utf-8").splitlines())
def test_a_place_is_found_by_a_misspelt_name(line: str) -> None:
    text, expected = line.split("\t")
    assert (_spoken_of(text) == [expected]) is (text not in NOT_HEARD)


def test_ordinary_texts_name_no_place() -> None:
    texts = (HERE / "heard" / "naming_nothing.txt").read_text(encoding="utf-8").splitlines()
    assert {text: _spoken_of(text) for text in texts if _spoken_of(text)} == {}


def test_who_speaks_of_a_language_speaks_of_no_school() -> None:
    assert _spoken_of("i need somebody who speaks english") == []
    assert _spoken_of("lynn english") == ["LYN-ENGLISH"]


def test_a_town_is_no_school_that_is_named_after_it() -> None:
    assert _spoken_of("watsonville") == ["PVU"]
    assert _spoken_of("vivimos en heber") == ["HEB"]
    assert _spoken_of("watsonville high") == ["PVU-HIGH"]


def test_a_school_without_what_all_schools_are_called() -> None:
    school = Organization(
        kind=OrganizationKind.SCHOOL, name="Dogwood Elementary School", town="Heber", also_known_as=[], short_name=None
    )
    assert "dogwood" in names_of(school)
