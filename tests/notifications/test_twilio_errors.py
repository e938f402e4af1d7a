"""Twilio's codes: each is in the class that Twilio's own pages put it in, and tells staff a plain sentence."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.gateway import Verdict
from notifications.twilio_errors import MEANINGS, TABLE, as_code, meaning_of, verdict_on_refusal

NUMBER = "21211 21614 21635 21612 21408 30005 30006 63003 63024"
CONSENT = "21610 63014 63033"
WINDOW = "63016"
CONTENT = "21602 21617 21620 21654 21655 21656 63005 63013 63021 30007 63041 63042 63049"
CONFIGURATION = "21606 21603 63007 30034 30032 30033 20003 21705 63051"
LATER = "30003 30008 30017 30500 30001 30022 30023 30027 63018 63010 63012 63038 30036 21611"


@pytest.mark.parametrize(
    ("verdict", "codes"),
    [
        (Verdict.NUMBER, NUMBER),
        (Verdict.CONSENT, CONSENT),
        (Verdict.WINDOW, WINDOW),
        (Verdict.CONTENT, CONTENT),
        (Verdict.CONFIGURATION, CONFIGURATION),
        (Verdict.LATER, LATER),
        (Verdict.NOW, "20429 20503"),
        (Verdict.UNKNOWN, "20500"),
    ],
)
def test_what_each_code_means(verdict: Verdict, codes: str) -> None:
    assert {code: meaning_of(int(code)).verdict for code in codes.split()} == dict.fromkeys(codes.split(), verdict)


def test_no_code_stands_in_two_classes() -> None:
    assert len(MEANINGS) == sum(map(len, TABLE.values()))


def test_each_reason_is_one_sentence_that_fits() -> None:
    for code, meaning in MEANINGS.items():
        assert meaning.reason[0].isupper(), code
        assert meaning.reason.endswith("."), code
        assert len(meaning.reason) <= 120, code


def test_a_code_that_is_not_in_the_table_ends_the_attempt_and_alarms(caplog: pytest.LogCaptureFixture) -> None:
    assert meaning_of(39999).verdict is Verdict.CONTENT
    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.ERROR, "Twilio's code 39999 is not in our table of them")
    ]


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        (429, None, Verdict.NOW),
        (429, 20429, Verdict.NOW),
        (400, 20429, Verdict.NOW),
        (429, 63018, Verdict.LATER),
        (429, 39999, Verdict.NOW),
        (429, 21611, Verdict.LATER),
        (400, 21611, Verdict.LATER),
        (500, 21611, Verdict.LATER),
        (503, 21611, Verdict.LATER),
        (503, 20503, Verdict.NOW),
        (500, 20503, Verdict.UNKNOWN),
        (503, None, Verdict.UNKNOWN),
        (500, 20500, Verdict.UNKNOWN),
        (500, 21610, Verdict.UNKNOWN),
        (502, None, Verdict.UNKNOWN),
        (504, None, Verdict.UNKNOWN),
        (302, None, Verdict.UNKNOWN),
        (307, 21610, Verdict.UNKNOWN),
        (408, None, Verdict.UNKNOWN),
        (400, 21610, Verdict.CONSENT),
        (403, 21610, Verdict.CONSENT),
        (400, 21211, Verdict.NUMBER),
        (400, 63016, Verdict.WINDOW),
        (401, 20003, Verdict.CONFIGURATION),
        (401, None, Verdict.CONFIGURATION),
        (403, None, Verdict.CONFIGURATION),
        (400, None, Verdict.CONTENT),
        (404, None, Verdict.CONTENT),
        (404, 20404, Verdict.CONFIGURATION),
        (400, 39999, Verdict.CONTENT),
    ],
)
def test_how_a_refusal_is_sorted(status: int, code: int | None, verdict: Verdict) -> None:
    assert verdict_on_refusal(status, code) is verdict


@given(st.integers(100, 599), st.none() | st.sampled_from(sorted(MEANINGS)) | st.integers(10000, 99999))
def test_a_refusal_is_never_taken_for_success_and_a_fault_never_for_certain(status: int, code: int | None) -> None:
    verdict = verdict_on_refusal(status, code)
    assert verdict not in (Verdict.ACCEPTED, Verdict.NOT_TAKEN)
    if not 400 <= status < 500 and code not in (21611, 20429, 20503):
        assert verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (21610, 21610),
        ("21610", 21610),
        (429, None),
        ("", None),
        (None, None),
        (True, None),
        ("2161O", None),
        ("²1610", None),
        ([21610], None),
        (216100, None),
        (-2161, None),
    ],
)
def test_what_is_a_code(said: object, code: int | None) -> None:
    assert as_code(said) == code
