"""Status callbacks on messages of the outbox: before the answer, after it, twice, shuffled, and with odd ids."""

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import outbox
from models.database import Database
from models.message import Direction, MessageState
from tests.bot.posting import PUBLIC_URL, new_sid, post, signature
from tests.notifications.outbox_rows import (
    add_message,
    add_phone,
    add_sent,
    all_messages,
    in_its_place,
    machine_now,
    message,
    opt_outs,
    phone,
    tasks,
)
from tests.notifications.service import webhooks

STATUS = "/twilio/status"
SENDING: dict[str, Any] = {"state": MessageState.SENDING, "try_at": None, "attempts": 1}


@pytest.fixture
def app(database: Database) -> Flask:
    return webhooks(database)


def told(app: Flask, message_id: int | None, status: str, **more: str) -> int:
    """Post a callback; returns what it was answered with."""
    form = {"MessageStatus": status, "SmsStatus": status, "To": "+14135550142", "ApiVersion": "2010-04-01"} | more
    return post(app, form, f"{STATUS}?message={message_id}" if message_id else STATUS).status_code


def accept(database: Database, message_id: int, sid: str) -> None:
    """The answer to the request that created it is noted."""
    with database.connect() as connection:
        outbox.accept(connection, [{"message_id": message_id, "sid": sid, "at": machine_now()}])


@pytest.mark.parametrize(
    ("status", "state"), [("queued", "sent"), ("sent", "sent"), ("delivered", "delivered"), ("failed", "failed")]
)
def test_a_callback_before_the_answer_is_not_undone_by_it(
    app: Flask, database: Database, status: str, state: str
) -> None:
    message_id, sid = add_message(database, add_phone(database), **SENDING), new_sid()
    assert told(app, message_id, status, MessageSid=sid, ErrorCode="30007") == 204
    early = message(database, message_id)
    assert (early.state, early.provider_sid) == (state, sid)
    accept(database, message_id, sid)
    after = message(database, message_id)
    assert (after.state, after.provider_sid, after.error, after.sent_at) == (state, sid, early.error, early.sent_at)


def test_an_answer_after_staff_were_told_still_counts(database: Database) -> None:
    message_id, sid = add_message(database, add_phone(database), state=MessageState.UNKNOWN, try_at=None), new_sid()
    accept(database, message_id, sid)
    assert (message(database, message_id).state, message(database, message_id).provider_sid) == ("sent", sid)


LIVES = {
    "delivered": [("queued", ""), ("sending", ""), ("sent", ""), ("delivered", "")],
    "read": [("sent", ""), ("delivered", "0"), ("read", "")],
    "undelivered": [("queued", ""), ("sent", ""), ("undelivered", "30003")],
    "failed": [("sending", ""), ("failed", "30007")],
    "canceled": [("accepted", ""), ("canceled", "")],
}
shuffled = st.sampled_from(sorted(LIVES)).flatmap(
    lambda end: st.tuples(
        st.just(end), st.permutations(LIVES[end]), st.lists(st.sampled_from(LIVES[end]), max_size=4), st.integers(0, 8)
    )
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shuffled)
def test_in_any_order_and_however_often_a_life_ends_the_same(
    app: Flask, database: Database, life: tuple[str, list[tuple[str, str]], list[tuple[str, str]], int]
) -> None:
    end, steps, again, answered_after = life
    message_id, sid = add_message(database, add_phone(database), **SENDING), new_sid()
    for number, (status, error) in enumerate([*steps, *again]):
        if number == answered_after:
            accept(database, message_id, sid)
        assert told(app, message_id, status, MessageSid=sid, ErrorCode=error) == 204
    found = message(database, message_id)
    assert found.state == ("failed" if end == "canceled" else end)
    assert (found.provider_sid, found.try_at) == (sid, None)
    assert found.error == {"undelivered": "30003", "failed": "30007"}.get(end)
    assert len(in_its_place(database, message_id)) == (end == "undelivered")


def test_without_our_id_a_message_is_known_by_twilios(app: Flask, database: Database) -> None:
    sid = new_sid()
    message_id, other = add_sent(database, add_phone(database), sid), add_sent(database, add_phone(database), new_sid())
    assert told(app, None, "delivered", MessageSid=sid) == 204
    assert [message(database, each).state for each in (message_id, other)] == ["delivered", "sent"]
    assert told(app, None, "delivered", MessageSid=new_sid()) == 204
    assert message(database, other).state is MessageState.SENT


def test_an_inbound_text_is_no_message_of_ours(app: Flask, database: Database) -> None:
    sid = new_sid()
    inbound = add_sent(database, add_phone(database), sid, direction=Direction.IN, state=MessageState.RECEIVED)
    for message_id in (inbound, None):
        assert told(app, message_id, "failed", MessageSid=sid, ErrorCode="21610") == 204
    assert message(database, inbound).state is MessageState.RECEIVED
    assert opt_outs(database) == []


def test_a_sid_of_another_message_stays_there(app: Flask, database: Database) -> None:
    sid = new_sid()
    other = add_sent(database, add_phone(database), sid)
    message_id = add_message(database, add_phone(database), **SENDING)
    assert told(app, message_id, "undelivered", MessageSid=sid, ErrorCode="30006") == 204
    found = message(database, message_id)
    assert (found.state, found.provider_sid, found.error) == ("undelivered", None, "30006")
    assert phone(database, found.phone_id).unreachable == "landline"
    assert (message(database, other).state, message(database, other).provider_sid) == ("sent", sid)


@pytest.mark.parametrize("error", ["0", "", "\x00", "ñ", "99999", "1" * 40])
def test_odd_errors_end_a_message_without_blaming_the_phone(app: Flask, database: Database, error: str) -> None:
    phone_id = add_phone(database)
    message_id = add_sent(database, phone_id)
    assert told(app, message_id, "failed", MessageSid=new_sid(), ErrorCode=error) == 204
    found = message(database, message_id)
    assert (found.state, found.error) == ("failed", "99999" if error == "99999" else None)
    assert found.reason
    assert (phone(database, phone_id).unreachable, phone(database, phone_id).opted_out_at) == (None, None)


def test_what_waits_is_not_sent_once_twilio_tells_of_it(app: Flask, database: Database) -> None:
    """It was put back as not taken, and was taken all the same."""
    message_id = add_message(database, add_phone(database), state=MessageState.SENDING, attempts=1)
    assert told(app, message_id, "sent", MessageSid=new_sid()) == 204
    assert (message(database, message_id).state, message(database, message_id).try_at) == ("sent", None)


def test_what_somebody_else_signed_changes_nothing(app: Flask, database: Database) -> None:
    phone_id = add_phone(database)
    message_id = add_sent(database, phone_id)
    form, path = {"MessageStatus": "failed", "ErrorCode": "21610"}, f"{STATUS}?message={message_id}"
    wrong = [signature(PUBLIC_URL + path, form, "f" * 32), signature(PUBLIC_URL + STATUS, form), "", "x"]
    for each in wrong:
        answer = app.test_client().post(path, data=form, headers={"X-Twilio-Signature": each})
        assert answer.status_code == 403
    assert app.test_client().post(path, data=form).status_code == 403
    assert message(database, message_id).state is MessageState.SENT
    assert phone(database, phone_id).opted_out_at is None


def test_all_of_this_leaves_nothing_for_staff(app: Flask, database: Database) -> None:
    message_id = add_sent(database, add_phone(database), expires_at=machine_now() + dt.timedelta(minutes=1))
    for status in ("undelivered", "failed", "delivered", "read"):
        assert told(app, message_id, status, MessageSid=new_sid(), ErrorCode="30003") == 204
    assert tasks(database) == []
    assert [each.id for each in all_messages(database)] == [message_id], "it would be too late"
