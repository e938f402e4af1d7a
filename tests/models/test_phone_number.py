"""One spelling for one phone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phone_number import masked, normalized, spoken

SPELLINGS = {
    "+14135550142": [
        "+14135550142",
        "4135550142",
        "(413) 555-0142",
        "413-555-0142",
        "413.555.0142",
        "1 413 555 0142",
        " +1 (413) 555-0142 ",
        "whatsapp:+14135550142",
        "whatsapp: +1 413 555 0142",
    ],
    "+525512345678": ["+525512345678", "+5215512345678", "whatsapp:+5215512345678", "+52 55 1234 5678"],
    "+50255512345": ["+502 5551 2345", "whatsapp:+50255512345"],
    "+50934123456": ["+509 34 12 3456"],
    "+5511987654321": ["+55 11 98765-4321"],
    "12345": ["12345", " 12345 "],
    "777888": ["777888"],
    "US.13491208655302741918": ["US.13491208655302741918", "whatsapp:US.13491208655302741918"],
    "AMAZON": ["AMAZON"],
    "Anonymous": ["Anonymous"],
    "+": ["+"],
    "": ["", "whatsapp:", "  "],
    "+1": ["+1"],
    "ñandú ☎": ["ñandú ☎"],
}


@pytest.mark.parametrize(
    ("number", "spelling"), [(to, each) for to, spellings in SPELLINGS.items() for each in spellings]
)
def test_each_spelling(number: str, spelling: str) -> None:
    assert normalized(spelling) == number


@given(st.text(max_size=100))
def test_any_address_fits_its_column(address: str) -> None:
    assert len(normalized(address)) <= 64


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_a_number_stays_as_it_is(number: str) -> None:
    assert normalized(number) == number == normalized(f"whatsapp:{number}")


def test_as_it_is_dialled_and_as_it_is_masked() -> None:
    assert spoken("+14135550142") == "(413) 555-0142"
    assert spoken("+525512345678") == "+52 55 1234 5678"
    assert spoken("Anonymous") == "Anonymous"
    assert masked("+14135550142") == "•••0142"


@pytest.mark.parametrize(
    "address", ["US.13491208655", "whatsapp:US.4135550142", "messenger:4135550142", "ig:4135550142"]
)
def test_a_name_with_digits_in_it_is_never_a_number(address: str) -> None:
    assert normalized(address) == address.removeprefix("whatsapp:")
