"""The last look: every rule that may hold a message back or send it another way, and what no combination lets out."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.message import LANES, MessageState, Purpose
from models.outbox import Candidate
from notifications.last_look import WHATSAPP_WINDOW, Goes, Stays, last_look

NOW = dt.datetime(2027, 6, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
TEMPLATE = "HX" + "0" * 32
MEXICAN, NAMED = "+525555550142", "US.13491208655302741918"
PLAIN = Candidate(
    id=7,
    phone_id=3,
    purpose=Purpose.REMINDER,
    channel="sms",
    language="es",
    body="Mañana a las 6:30pm",
    lane=LANES[Purpose.REMINDER],
    expires_at=None,
    number="+14135550142",
    opted_out_at=None,
    paused_at=None,
    unreachable=None,
    whatsapp_unreachable=None,
    whatsapp_heard_at=None,
    consented=True,
)
ON_WHATSAPP = replace(PLAIN, channel="whatsapp", whatsapp_heard_at=NOW - MINUTE)
SHUT = replace(ON_WHATSAPP, whatsapp_heard_at=NOW - dt.timedelta(days=2))


def no_template(_purpose: str, _language: str | None) -> None:
    return None


def spanish_reminders(purpose: str, language: str | None) -> str | None:
    return TEMPLATE if (purpose, language) == ("reminder", "es") else None


def look(candidate: Candidate, *, templates: bool = False) -> Goes | Stays:
    return last_look(candidate, NOW, spanish_reminders if templates else no_template)


def goes(candidate: Candidate, *, templates: bool = False) -> Goes:
    found = look(candidate, templates=templates)
    assert isinstance(found, Goes), found
    return found


def stays(candidate: Candidate, *, templates: bool = False) -> tuple[str, str]:
    found = look(candidate, templates=templates)
    assert isinstance(found, Stays), found
    assert found.message_id == candidate.id
    return found.state.value, found.reason


def of(purpose: Purpose, candidate: Candidate = PLAIN) -> Candidate:
    return replace(candidate, purpose=purpose, lane=LANES[purpose])


def test_what_nothing_speaks_against_goes_as_it_was_meant_to() -> None:
    found = goes(PLAIN)
    assert (found.outgoing.to, found.outgoing.channel, found.outgoing.message_id) == (PLAIN.number, "sms", 7)
    assert (found.outgoing.content_sid, found.reason) == (None, None)


def test_the_body_of_an_sms_is_what_goes_over_the_wire_and_is_what_is_counted() -> None:
    accented = replace(PLAIN, body="á" * 71)
    assert (goes(accented).outgoing.body, goes(accented).segments, goes(accented).encoding) == ("a" * 71, 1, "GSM-7")
    by_whatsapp = goes(replace(ON_WHATSAPP, body="á" * 71))
    assert by_whatsapp.outgoing.body == "á" * 71
    assert (by_whatsapp.segments, by_whatsapp.cost) == (2, 1), "the pace counts segments of SMS only"
    assert goes(replace(PLAIN, body="😀" * 71)).cost == 3


@pytest.mark.parametrize(("left", "leaves"), [(dt.timedelta(0), False), (-MINUTE, False), (MINUTE, True)])
def test_what_is_too_late_is_not_sent(left: dt.timedelta, leaves: bool) -> None:
    candidate = replace(PLAIN, expires_at=NOW + left)
    assert isinstance(look(candidate), Goes) is leaves
    if not leaves:
        assert stays(candidate)[0] == MessageState.EXPIRED


@pytest.mark.parametrize("purpose", LANES)
def test_who_has_opted_out_hears_nothing_at_all(purpose: Purpose) -> None:
    for candidate in (PLAIN, ON_WHATSAPP):
        assert stays(replace(of(purpose, candidate), opted_out_at=NOW)) == ("withheld", "The family has opted out.")


@pytest.mark.parametrize("purpose", LANES)
def test_a_number_of_somebody_else_hears_nothing_at_all(purpose: Purpose) -> None:
    for candidate in (PLAIN, ON_WHATSAPP):
        state, reason = stays(replace(of(purpose, candidate), unreachable="reassigned"))
        assert (state, reason) == ("withheld", "This number belongs to somebody else now.")


@pytest.mark.parametrize("purpose", LANES)
def test_without_consent_only_what_is_urgent_goes(purpose: Purpose) -> None:
    assert isinstance(look(replace(of(purpose), consented=False)), Goes) is (purpose is Purpose.URGENT)


@pytest.mark.parametrize("purpose", LANES)
def test_who_wants_less_gets_answers_what_is_urgent_and_the_summary(purpose: Purpose) -> None:
    passes = purpose in {Purpose.ANSWER, Purpose.URGENT, Purpose.DIGEST}
    assert isinstance(look(replace(of(purpose), paused_at=NOW)), Goes) is passes


def test_free_words_go_while_the_whatsapp_window_is_open() -> None:
    assert goes(ON_WHATSAPP, templates=True).outgoing.content_sid is None
    last = replace(ON_WHATSAPP, whatsapp_heard_at=NOW - WHATSAPP_WINDOW)
    assert (goes(last).outgoing.channel, goes(last).reason) == ("whatsapp", None)


def test_the_window_shuts_a_little_before_whatsapp_shuts_it() -> None:
    late = replace(ON_WHATSAPP, whatsapp_heard_at=NOW - dt.timedelta(hours=23, minutes=59, seconds=30))
    assert goes(late).outgoing.channel == "sms"


@pytest.mark.parametrize("heard_at", [NOW - WHATSAPP_WINDOW - MINUTE, None])
def test_a_template_goes_through_a_shut_window(heard_at: dt.datetime | None) -> None:
    found = goes(replace(SHUT, whatsapp_heard_at=heard_at), templates=True)
    assert (found.outgoing.channel, found.outgoing.content_sid) == ("whatsapp", TEMPLATE)
    assert found.outgoing.body == SHUT.body, "its variable has the full spelling"


@pytest.mark.parametrize("other", [replace(SHUT, language="ht"), of(Purpose.OFFER, SHUT)])
def test_a_template_of_another_language_or_purpose_does_not(other: Candidate) -> None:
    assert goes(other, templates=True).outgoing.channel == "sms"


def test_a_shut_window_without_a_template_means_sms() -> None:
    found = goes(SHUT)
    assert (found.outgoing.channel, found.outgoing.content_sid) == ("sms", None)
    assert found.outgoing.body == "Mañana a las 6:30pm"
    assert found.reason == "WhatsApp is shut and no template is approved in es: sent by SMS."


@pytest.mark.parametrize(
    ("candidate", "because"),
    [
        (replace(SHUT, number=MEXICAN), "it takes no SMS"),
        (replace(SHUT, number=NAMED), "it takes no SMS"),
        (replace(SHUT, unreachable="landline"), "landline"),
        (replace(SHUT, unreachable="dead"), "dead"),
    ],
)
def test_where_neither_way_is_open_it_stays_and_says_why(candidate: Candidate, because: str) -> None:
    state, reason = stays(candidate)
    assert state == "withheld"
    assert "WhatsApp is shut" in reason
    assert because in reason
    assert isinstance(look(candidate, templates=True), Goes), "an approved template still goes"
    open_again = replace(candidate, whatsapp_heard_at=NOW)
    assert goes(open_again).outgoing.channel == "whatsapp", "the open window does not need SMS"


def test_who_is_not_on_whatsapp_is_texted() -> None:
    found = goes(replace(ON_WHATSAPP, whatsapp_unreachable="absent"), templates=True)
    assert (found.outgoing.channel, found.outgoing.content_sid) == ("sms", None)
    assert found.reason == "This number is not on WhatsApp: sent by SMS."


@pytest.mark.parametrize("why", ["landline", "dead"])
def test_a_number_that_takes_no_sms_gets_none(why: str) -> None:
    assert stays(replace(PLAIN, unreachable=why)) == ("withheld", f"By SMS it is unreachable: {why}.")
    assert stays(replace(PLAIN, number=MEXICAN)) == ("withheld", "It takes no SMS.")


moments = st.none() | st.timedeltas(min_value=-dt.timedelta(days=3), max_value=dt.timedelta(days=3)).map(NOW.__add__)
candidates = st.builds(
    replace,
    st.just(PLAIN),
    purpose=st.sampled_from(list(LANES)),
    channel=st.sampled_from(["sms", "whatsapp"]),
    language=st.sampled_from(["es", "ht", None]),
    lane=st.sampled_from([0, 1, 2]),
    expires_at=moments,
    number=st.sampled_from([PLAIN.number, MEXICAN, NAMED]),
    opted_out_at=moments,
    paused_at=moments,
    unreachable=st.sampled_from([None, "reassigned", "landline", "dead"]),
    whatsapp_unreachable=st.sampled_from([None, "absent", "dead"]),
    whatsapp_heard_at=moments,
    consented=st.booleans(),
)


@given(candidates, st.booleans())
def test_no_combination_reaches_who_must_not_be_reached(candidate: Candidate, templates: bool) -> None:
    found = look(candidate, templates=templates)
    if isinstance(found, Stays):
        assert found.state in {MessageState.EXPIRED, MessageState.WITHHELD}
        assert found.reason.endswith(".")
        return
    assert candidate.opted_out_at is None
    assert candidate.unreachable != "reassigned"
    assert candidate.consented or candidate.purpose is Purpose.URGENT
    assert candidate.expires_at is None or candidate.expires_at > NOW
    assert found.outgoing.to == candidate.number
    if found.outgoing.channel == "sms":
        assert candidate.number == PLAIN.number
        assert candidate.unreachable is None
    else:
        assert candidate.channel == "whatsapp"
        assert candidate.whatsapp_unreachable is None
        heard_at = candidate.whatsapp_heard_at
        in_window = heard_at is not None and NOW - heard_at <= WHATSAPP_WINDOW
        assert in_window is (found.outgoing.content_sid is None)
