"""A place goes into the phone's row and comes out the same, whatever a family said, and whatever release wrote it."""

import datetime as dt
import json
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from models.place import Place

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
keys = st.lists(st.text(), max_size=3)
places = st.builds(
    Place,
    conversation=st.text(),
    about=st.dictionaries(st.text(), values, max_size=3),
    opening=st.text(),
    answers=st.dictionaries(st.text(), values, max_size=4),
    overheard=keys,
    asked_again=keys,
    waiting=st.none() | st.text(),
    offered=keys,
    kind=st.text(),
    misses=st.integers(0, 9),
    asked_at=st.just("") | st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
    from_us=st.booleans(),
)


@given(places)
def test_a_place_survives_its_row(place: Place) -> None:
    kept = json.loads(json.dumps(place.as_json()))
    assert Place.from_json(kept) == place
    assert list(Place.from_json(kept).answers) == list(place.answers), "answers keep their order"


@given(places, st.dictionaries(st.text(), values, max_size=3))
def test_keys_of_another_release_are_ignored(place: Place, others: dict[str, object]) -> None:
    names = {each.name for each in fields(Place)}
    kept = {key: value for key, value in others.items() if key not in names} | place.as_json()
    assert Place.from_json(kept) == place


def test_keys_that_a_release_does_not_know_yet_are_as_at_the_start() -> None:
    assert Place.from_json({"conversation": "sign_up"}) == Place("sign_up")


def test_two_places_share_nothing() -> None:
    assert Place("menu").answers is not Place("menu").answers


@given(places)
def test_stepping_back_ends(place: Place) -> None:
    steps = 0
    while place.step_back():
        steps += 1
        assert steps <= 5
    assert set(place.answers) <= set(place.overheard)


def test_stepping_back_drops_what_was_asked_and_what_came_along() -> None:
    place = Place("sign_up")
    place.overhear("program", "robotics")
    place.take("how many", 2)
    place.take("ages", [4, 8])
    place.overhear("diet", {})
    assert place.step_back()
    assert list(place.answers) == ["program", "how many"]
    assert not place.may_overhear("ages")
    assert place.step_back()
    assert not place.step_back()
    assert place.answers == {"program": "robotics"}


def test_how_long_a_question_waits() -> None:
    asked = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
    place = Place("menu", asked_at=asked.isoformat())
    assert place.since_asked(asked + dt.timedelta(hours=7)) == dt.timedelta(hours=7)
    assert Place("menu").since_asked(asked) == dt.timedelta()
