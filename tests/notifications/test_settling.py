"""Messages of which nobody knows: what Twilio's list says of them, and what happens where it says nothing."""

import collections
import contextlib
import datetime as dt
from collections.abc import Collection

from models.message import MessageState
from notifications.gateway import Outcome, Outgoing
from notifications.settling import ASK_NO_MORE_AFTER, GIVE_UP_AFTER, SETTLE_AFTER, settle
from notifications.twilio_gateway import TwilioGateway
from tests.notifications.outbox_rows import (
    add_message,
    add_messages,
    add_phone,
    add_sent,
    all_messages,
    machine_now,
    message,
    new_number,
    phone,
    set_message,
    states,
    tasks,
)
from tests.notifications.service import Service
from tests.twilio_api import ACCOUNT_SID, AUTH_TOKEN
from tests.twilio_api.faults import Faults, Trouble

MINUTE = dt.timedelta(minutes=1)
SECOND = dt.timedelta(seconds=1)


def hand_over(service: Service, message_id: int) -> Outcome:
    """Twilio takes a message and we do not hear its answer."""
    found = message(service.database, message_id)
    number = phone(service.database, found.phone_id).number
    set_message(
        service.database, message_id, state=MessageState.SENDING, try_at=None, attempts=1, claimed_at=machine_now()
    )
    return service.gateway.send(Outgoing(message_id, number, found.channel, found.body))


def lose(service: Service, phone_id: int, body: str = "Hola") -> int:
    """A message that was claimed, and whose worker was gone before it was handed over."""
    lost = {"state": MessageState.SENDING, "try_at": None, "attempts": 1, "claimed_at": machine_now()}
    return add_message(service.database, phone_id, body, **lost)


def settle_after(service: Service, waited: dt.timedelta) -> collections.Counter[str]:
    return settle(service.database, service.gateway, machine_now() + waited)


def test_two_alike_are_two_messages(service: Service) -> None:
    """The same text twice to one number: each is found once, whatever else was sent there."""
    service.api.misbehave(Faults(sent_after=None))
    phone_id = add_phone(service.database)
    ids = [add_message(service.database, phone_id, "Hay clase") for _ in range(3)]
    sids = {hand_over(service, each).sid for each in ids}
    assert settle_after(service, SETTLE_AFTER + SECOND) == {"sent": 3}
    assert {message(service.database, each).provider_sid for each in ids} == sids


def test_what_is_known_to_be_another_is_not_taken_for_it(service: Service) -> None:
    service.api.misbehave(Faults(sent_after=None))
    phone_id = add_phone(service.database)
    known = add_message(service.database, phone_id, "Hay clase")
    sid = hand_over(service, known).sid
    set_message(service.database, known, state=MessageState.SENT, provider_sid=sid)
    lost = lose(service, phone_id, "Hay clase")
    assert settle_after(service, 2 * MINUTE) == {"waiting": 1}
    assert settle_after(service, GIVE_UP_AFTER + SECOND) == {"unknown": 1}
    assert tasks(service.database) == [("did_it_arrive", lost)]


def test_the_list_tells_how_it_ended(service: Service) -> None:
    """It was delivered, or refused: the callbacks that said so were lost."""
    number = new_number()
    service.api.misbehave(Faults(failed={number: 21610}))
    service.api.send_callbacks_to("http://127.0.0.1:9")
    phones = [add_phone(service.database), add_phone(service.database, number)]
    for message_id in add_messages(service.database, phones):
        hand_over(service, message_id)
    service.api.settled(2)
    assert settle_after(service, 2 * MINUTE) == {"delivered": 1, "failed": 1}
    assert states(service.database) == ["delivered", "failed"]
    assert phone(service.database, phones[1]).opted_out_at is not None


def test_accents_and_lines_do_not_hide_a_message(service: Service) -> None:
    service.api.misbehave(Faults(sent_after=None))
    by_sms, by_whatsapp = add_phone(service.database), add_phone(service.database)
    ids = [
        add_message(service.database, by_sms, "Mañana habrá clase\nA las 9"),
        add_message(service.database, by_whatsapp, "Mañana habrá clase\nA las 9", channel="whatsapp"),
    ]
    service.delivery().run()
    for each in ids:
        set_message(service.database, each, state=MessageState.SENDING, provider_sid=None)
    assert settle_after(service, 2 * MINUTE) == {"sent": 2}
    assert states(service.database) == ["sent", "sent"]


def test_while_twilio_cannot_be_asked_nothing_is_given_up(service: Service) -> None:
    phone_id = add_phone(service.database)
    for _ in range(3):
        lose(service, phone_id)
    service.api.misbehave(Faults(asked=Trouble.ERROR_BEFORE))
    assert settle_after(service, GIVE_UP_AFTER + MINUTE) == {"waiting": 1}, "nor is it asked for each of them"
    assert states(service.database) == ["sending"] * 3
    assert settle_after(service, ASK_NO_MORE_AFTER + MINUTE) == {"unknown": 1}
    service.api.misbehave(Faults())
    assert settle_after(service, GIVE_UP_AFTER + MINUTE) == {"unknown": 2}
    assert len(tasks(service.database)) == 3


def test_a_callback_after_all_moves_what_was_given_up(service: Service) -> None:
    service.api.misbehave(Faults(sent_after=0.5))
    service.api.send_callbacks_to(service.origin)
    message_id = add_message(service.database, add_phone(service.database), "Hola")
    hand_over(service, message_id)
    set_message(service.database, message_id, body="Not what Twilio lists")
    assert settle_after(service, GIVE_UP_AFTER + SECOND) == {"unknown": 1}
    service.api.settled(1)
    assert message(service.database, message_id).state is MessageState.DELIVERED


def test_young_ones_and_those_that_wait_are_left_alone(service: Service) -> None:
    phone_id = add_phone(service.database)
    young = lose(service, phone_id)
    waits = lose(service, phone_id)
    set_message(service.database, waits, try_at=machine_now() + MINUTE)
    add_sent(service.database, phone_id)
    add_message(service.database, phone_id)
    assert settle_after(service, SETTLE_AFTER - SECOND) == {}
    assert settle_after(service, 2 * GIVE_UP_AFTER) == {"unknown": 1}
    assert [each.id for each in all_messages(service.database) if each.state is MessageState.UNKNOWN] == [young]


def test_a_message_that_takes_its_sid_meanwhile_stops_nothing(service: Service) -> None:
    """The answer to one comes in while the other, with the same text, is looked up."""
    service.api.misbehave(Faults(sent_after=None))
    phone_id = add_phone(service.database)
    first, lost = add_message(service.database, phone_id), lose(service, phone_id)
    sid = hand_over(service, first).sid
    last = lose(service, add_phone(service.database))

    class AnswerComesIn(TwilioGateway):
        def look_up(self, outgoing: Outgoing, since: dt.datetime, known: Collection[str] = ()) -> Outcome:
            found = super().look_up(outgoing, since, known)
            set_message(service.database, first, state=MessageState.SENT, provider_sid=sid)
            return found

    gateway = AnswerComesIn(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, callback=str, api_url=service.api.url)
    with contextlib.closing(gateway):
        tally = settle(service.database, gateway, machine_now() + 2 * MINUTE)
    assert tally == {"waiting": 3}
    assert message(service.database, first).state is MessageState.SENT
    assert message(service.database, lost).state is MessageState.SENDING
    assert message(service.database, last).state is MessageState.SENDING
