"""What became of a message: callbacks come late, twice, in any order, and with anything in them."""

import itertools
from collections.abc import Iterator

import flask
import pytest
import sqlalchemy as sa

from models.message import Message, MessageState
from tests.bot import posting
from tests.bot.posting import PUBLIC_URL, database_of, new_sid, post, signature, text

STATUS = "/twilio/status"


@pytest.fixture
def app(database_url: str) -> Iterator[flask.Flask]:
    """The service, which has answered one text: message 1 came in, message 2 is the reply."""
    made = posting.application(database_url)
    text(made, "hola")
    yield made
    database_of(made).close()


def callback(status: str, **more: str) -> dict[str, str]:
    """The form of a status callback, with the parameters that Twilio really sends."""
    sid = more.pop("MessageSid", "SM" + "a" * 32)
    return {
        "ApiVersion": "2010-04-01",
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "To": "+14135550142",
        "From": "+14135550100",
        "AccountSid": "AC" + "0" * 32,
        "RawDlrDoneDate": "2706011200",
    } | more


def told(app: flask.Flask, status: str, message: str = "2", **more: str) -> int:
    return post(app, callback(status, **more), f"{STATUS}?message={message}").status_code


def reply(app: flask.Flask, message_id: int = 2) -> Message:
    with database_of(app).reading() as session:
        return session.get_one(Message, message_id)


def test_the_address_in_the_reply_is_the_one_that_moves_it(app: flask.Flask) -> None:
    response = post(app, posting.sms("menu"))
    action = posting.parsed(response)[0].attrib["action"]
    path = action.removeprefix(PUBLIC_URL)
    answered = post(app, callback("delivered"), path)
    assert (answered.status_code, answered.data) == (204, b"")
    moved = reply(app, int(path.rpartition("=")[2]))
    assert (moved.state, moved.provider_sid) == (MessageState.DELIVERED, "SM" + "a" * 32)
    assert reply(app).state is MessageState.SENT, "and no other"


def test_late_double_and_shuffled_callbacks_end_alike(app: flask.Flask) -> None:
    for order in itertools.permutations(["sent", "delivered", "delivered", "read"]):
        with database_of(app).begin() as session:
            session.execute(sa.update(Message).where(Message.id == 2).values(state=MessageState.SENT))
        assert {told(app, status) for status in order} == {204}
        assert reply(app).state is MessageState.READ, order


@pytest.mark.parametrize(("status", "error"), [("undelivered", "30003"), ("failed", "30007")])
def test_what_did_not_arrive_says_why_and_stays_so(app: flask.Flask, status: str, error: str) -> None:
    assert told(app, status, ErrorCode=error) == 204
    assert told(app, "delivered") == 204
    assert told(app, "failed", ErrorCode="1") == 204
    assert (reply(app).state, reply(app).error) == (status, error)


def test_what_is_unknown_changes_nothing(app: flask.Flask) -> None:
    numbers = ["3", "0", "-1", "2x", "2.0", "1e1", "9" * 18, "9" * 5000, str(2**31)]
    for message in (*numbers, "", "x", "2%00", "%D9%A2", "%C3%A9"):
        assert told(app, "delivered", message) == 204, message
    for status in ("queued", "accepted", "sending", "receiving", "", "DELIVERED", "x" * 999):
        assert told(app, status) == 204, status
    assert post(app, callback("delivered", MessageSid=new_sid()), STATUS).status_code == 204
    assert post(app, {}, f"{STATUS}?message=2").status_code == 204
    assert reply(app).state is MessageState.SENT


def test_a_text_that_came_in_has_no_such_states(app: flask.Flask) -> None:
    sid = reply(app, 1).provider_sid
    assert told(app, "delivered", "1") == 204
    assert (reply(app, 1).state, reply(app, 1).provider_sid) == (MessageState.RECEIVED, sid)


def test_odd_ids_and_codes_do_not_stop_the_state(app: flask.Flask) -> None:
    for odd in ("x" * 300, "SM\x00", "ñ", ""):
        with database_of(app).begin() as session:
            session.execute(sa.update(Message).where(Message.id == 2).values(state=MessageState.SENT))
        assert told(app, "undelivered", MessageSid=odd, ErrorCode=odd) == 204
        assert (reply(app).state, reply(app).provider_sid, reply(app).error) == (MessageState.UNDELIVERED, None, None)


def test_an_id_that_another_message_has_is_left_to_it(app: flask.Flask) -> None:
    sid = new_sid()
    text(app, "menu", MessageSid=sid)
    assert told(app, "delivered", MessageSid=sid) == 204
    assert (reply(app).state, reply(app).provider_sid) == (MessageState.DELIVERED, None)


def test_what_is_not_signed_for_this_address_is_refused(app: flask.Flask) -> None:
    client, form = app.test_client(), callback("delivered")
    path = f"{STATUS}?message=2"
    for address in (STATUS, f"{STATUS}?message=3", f"{STATUS}?message=2&more=1", "/twilio/inbound"):
        headers = {"X-Twilio-Signature": signature(PUBLIC_URL + address, form)}
        assert client.post(path, data=form, headers=headers).status_code == 403, address
    assert client.post(path, data=form).status_code == 403
    assert client.get(path).status_code == 405
    assert reply(app).state is MessageState.SENT


def test_what_cannot_be_read_is_refused(app: flask.Flask) -> None:
    endless = b'--end\r\nContent-Disposition: form-data; name="More"\r\n\r\n' + b"x" * 600_000
    kind = "multipart/form-data; boundary=end"
    assert app.test_client().post(f"{STATUS}?message=2", data=endless, content_type=kind).status_code == 413


def test_a_database_that_is_away_is_told_to_twilio(app: flask.Flask) -> None:
    def fail(*_details: object) -> None:
        raise sa.exc.OperationalError("", {}, Exception("gone"))

    engine = database_of(app).engine
    sa.event.listen(engine, "before_cursor_execute", fail)
    assert told(app, "delivered") == 503
    sa.event.remove(engine, "before_cursor_execute", fail)
    assert told(app, "delivered") == 204
    assert reply(app).state is MessageState.DELIVERED
