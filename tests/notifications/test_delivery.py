"""Delivery on the wire: Twilio's own client, its stand-in, callbacks to the real webhook."""

import contextlib
import datetime as dt
import itertools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from models import outbox
from models.message import MessageState, Purpose
from notifications import delivery
from notifications.delivery import Delivery
from notifications.settling import GIVE_UP_AFTER, settle
from tests.notifications.outbox_rows import (
    add_message,
    add_messages,
    add_phone,
    all_messages,
    in_its_place,
    machine_now,
    message,
    new_number,
    opt_outs,
    paced,
    phone,
    set_message,
    states,
    tasks,
)
from tests.notifications.service import Service, connected
from tests.twilio_api.faults import CallbackTrouble, Faults, Trouble

BEFORE = (Trouble.ERROR_BEFORE, Trouble.TIMEOUT_BEFORE, Trouble.RESET_BEFORE)
AFTER = (Trouble.ERROR_AFTER, Trouble.TIMEOUT_AFTER, Trouble.RESET_AFTER, Trouble.GARBAGE)
SOON = dt.timedelta(seconds=5)


def numbers(count: int) -> list[str]:
    return [new_number() for _ in range(count)]


def later(service: Service, after: dt.timedelta) -> Any:
    """Settle as if so much time had passed since the messages were handed over."""
    return settle(service.database, service.gateway, machine_now() + after)


@contextlib.contextmanager
def sending(service: Service, **how: Any) -> Iterator[None]:
    """Deliver in a thread; at the end nothing more is claimed."""
    delivering = service.delivery(**how)
    running = threading.Thread(target=delivering.run)
    running.start()
    try:
        yield
    finally:
        delivering.stop()
        running.join()


def bodies(service: Service) -> list[str]:
    """What was taken, in the order in which it came."""
    return [each.body for each in sorted(service.api.processed(), key=lambda each: each.arrived)]


def test_what_waits_is_sent_once_and_its_callbacks_move_it_on(service: Service) -> None:
    phones = [add_phone(service.database) for _ in range(12)]
    add_messages(service.database, phones, "Mañana, {n}")
    assert service.delivery().run() == {"sent": 12}
    service.api.settled(12)
    assert set(states(service.database)) == {"delivered"}
    assert sorted(bodies(service)) == sorted(f"Mañana, {n}" for n in range(12))
    assert set(service.api.summary().per_message.values()) == {1}
    sids = {each.sid: each.to for each in service.api.processed()}
    for each in all_messages(service.database):
        assert sids[each.provider_sid or ""] == phone(service.database, each.phone_id).number
        assert (each.attempts, each.try_at, each.error) == (1, None, None)
        assert each.sent_at is not None
    assert service.delivery().run() == {}, "nothing is left"
    assert service.api.counts().attempts == 12


@pytest.mark.parametrize(
    "trouble", [*(each for each in CallbackTrouble if each is not CallbackTrouble.LATE), None], ids=str
)
def test_whatever_happens_to_callbacks_the_end_is_the_same(service: Service, trouble: CallbackTrouble | None) -> None:
    callbacks = {trouble: 1.0} if trouble else {CallbackTrouble.LATE: 1.0, CallbackTrouble.DUPLICATED: 1.0}
    service.api.misbehave(Faults(callbacks=callbacks, reads=True, late_by=0.2))
    by_sms, by_whatsapp = add_phone(service.database), add_phone(service.database, whatsapp_heard_at=machine_now())
    add_message(service.database, by_sms)
    add_message(service.database, by_whatsapp, channel="whatsapp")
    service.delivery().run()
    service.api.settled(2)
    dropped = trouble is CallbackTrouble.DROPPED
    assert states(service.database) == (["sent", "sent"] if dropped else ["delivered", "read"])
    assert set(service.api.counts().callbacks) <= {"204"}
    assert (len(all_messages(service.database)), tasks(service.database)) == (2, [])


def test_too_many_requests_are_waited_out(service: Service) -> None:
    first, second = numbers(2)
    service.api.misbehave(Faults(attempts={first: [Trouble.TOO_MANY]}))
    add_messages(service.database, [add_phone(service.database, each) for each in (first, second)])
    assert service.delivery().run() == {"sent": 2, "again": 1}
    service.api.settled(2)
    assert states(service.database) == ["delivered", "delivered"]
    summary = service.api.summary()
    assert (summary.attempts_per_number, set(summary.per_message.values())) == ({first: 2, second: 1}, {1})


def meet(service: Service, troubles: dict[str, Trouble], **more: Any) -> dict[str, int]:
    """Send one message to each of these numbers by an impatient client; returns the messages' ids."""
    service.api.misbehave(Faults(numbers=troubles, hold=1.0, **more))
    phones = [add_phone(service.database, number) for number in troubles]
    ids = dict(zip(troubles, add_messages(service.database, phones), strict=True))
    with connected(service.api, timeout=0.4) as impatient:
        tally = Delivery(service.database, impatient).run()
    assert tally == {"unsettled": len(troubles)}
    assert Delivery(service.database, service.gateway).run() == {}, "nothing is tried again on a guess"
    return ids


def test_what_was_taken_without_an_answer_is_told_by_its_callback(service: Service) -> None:
    troubles = dict(zip(numbers(4), AFTER, strict=True))
    meet(service, troubles)
    service.api.settled(4)
    assert states(service.database) == ["delivered"] * 4
    assert all(each.provider_sid for each in all_messages(service.database))
    assert set(service.api.summary().per_message.values()) == {1}
    assert later(service, 2 * GIVE_UP_AFTER) == {}


def test_what_was_taken_in_silence_is_found_in_the_list(service: Service) -> None:
    troubles = dict(zip(numbers(4), AFTER, strict=True))
    meet(service, troubles, sent_after=None)
    assert states(service.database) == ["sending"] * 4
    assert later(service, SOON) == {}, "its callback may still come"
    service.api.misbehave(Faults())
    assert later(service, GIVE_UP_AFTER) == {"sent": 4}
    sids = {each.to: each.sid for each in service.api.processed()}
    for each in all_messages(service.database):
        assert each.state is MessageState.SENT
        assert each.provider_sid == sids[phone(service.database, each.phone_id).number]
    assert tasks(service.database) == []


def test_what_was_never_taken_is_shown_to_staff_and_not_sent_again(service: Service) -> None:
    troubles = dict(zip(numbers(3), BEFORE, strict=True))
    ids = meet(service, troubles)
    service.api.misbehave(Faults())
    assert later(service, GIVE_UP_AFTER - SOON) == {"waiting": 3}
    threads = [threading.Thread(target=later, args=(service, GIVE_UP_AFTER + SOON)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states(service.database) == ["unknown"] * 3
    assert sorted(tasks(service.database)) == sorted(("did_it_arrive", each) for each in ids.values())
    assert service.delivery().run() == {}
    assert service.api.counts().processed == 0
    assert set(service.api.summary().attempts_per_number.values()) == {1}


def test_a_sid_that_stands_on_another_message_stops_nobody(service: Service) -> None:
    """Settling took it for a message with the same text, while its answer was on its way."""
    service.api.misbehave(Faults(latency=0.5, sent_after=None))
    phone_id = add_phone(service.database)
    ids = add_messages(service.database, [phone_id] * 3, "Hola {n}")
    settled = add_message(service.database, phone_id, state=MessageState.SENDING, try_at=None)
    with sending(service):
        while service.api.counts().processed < 3:
            pass
        sids = {each.body: each.sid for each in service.api.processed()}
        set_message(service.database, settled, state=MessageState.SENT, provider_sid=sids["Hola 1"])
    assert states(service.database) == ["sent"] * 4
    found = [message(service.database, each).provider_sid for each in [*ids, settled]]
    assert found == [sids["Hola 0"], None, sids["Hola 2"], sids["Hola 1"]]


def test_credentials_that_are_refused_cost_one_message(service: Service) -> None:
    phones = [add_phone(service.database) for _ in range(6)]
    failing = add_messages(service.database, phones)[0]
    before = machine_now()
    with connected(service.api, token="f" * 32) as stranger:
        tally = Delivery(service.database, stranger, rate=2).run()
    assert tally["halted"] == tally["failed"] == 1
    assert len([each for each in all_messages(service.database) if each.try_at is not None]) == 5
    first = message(service.database, failing)
    assert (first.error, first.reason) == ("20003", "Twilio does not accept our account SID and auth token.")
    assert service.delivery().run(seconds=0.1) == {}, "nor does anybody else send"
    with service.database.connect() as connection:
        assert paced(connection) > before + delivery.HALT
        outbox.leave_pace(connection, machine_now())  # the minute has passed
    assert service.delivery().run() == {"sent": 5}
    service.api.settled(5)
    assert states(service.database) == ["failed", *["delivered"] * 5]


def test_an_answer_overtakes_a_broadcast(service: Service) -> None:
    phones = [add_phone(service.database) for _ in range(50)]
    add_messages(service.database, phones * 10, "Todos {n}", purpose=Purpose.BROADCAST)
    with sending(service, rate=20):
        service.api.settled(10)
        add_message(service.database, phones[0], "Sí, mañana", purpose=Purpose.REMINDER)
        add_message(service.database, phones[0], "A las 6", purpose=Purpose.ANSWER)
        written = len(bodies(service))
        service.api.settled(written + 20)
    order = bodies(service)
    assert max(order.index("A las 6"), order.index("Sí, mañana")) - written <= 10
    assert states(service.database).count("queued") > 400


def test_what_has_expired_is_never_sent(service: Service) -> None:
    phone_id = add_phone(service.database)
    add_message(service.database, phone_id, expires_at=machine_now())
    waits = add_message(service.database, phone_id, expires_at=machine_now() + SOON, try_at=machine_now() + SOON)
    assert service.delivery().run(machine_now() + 2 * SOON) == {"expired": 2}
    assert message(service.database, waits).reason == "Its time had passed before it could be sent."
    assert service.api.counts().attempts == 0


def test_what_is_not_due_yet_waits(service: Service) -> None:
    add_message(service.database, add_phone(service.database), try_at=machine_now() + 100 * SOON)
    assert service.delivery().run() == {}
    assert states(service.database) == ["queued"]
    assert service.delivery().run(machine_now() + 101 * SOON) == {"sent": 1}


def test_who_opted_out_at_twilio_gets_nothing_more(service: Service) -> None:
    """Refused at once (a plain number), or accepted and failed (Advanced Opt-Out)."""
    at_once, afterwards = numbers(2)
    service.api.misbehave(Faults(refused={at_once: 21610}, failed={afterwards: 21610}))
    phones = [add_phone(service.database, each) for each in (at_once, afterwards)]
    add_messages(service.database, phones)
    service.delivery().run()
    service.api.settled(1)
    assert states(service.database) == ["refused", "failed"]
    add_messages(service.database, phones * 2, "Otra vez")
    assert service.delivery().run() == {"withheld": 4}
    assert service.api.counts().attempts == 2
    assert opt_outs(service.database) == ["Twilio", "Twilio"]


def test_a_shut_whatsapp_window_means_one_sms(service: Service) -> None:
    number = new_number()
    service.api.misbehave(
        Faults(undelivered={f"whatsapp:{number}": 63016}, callbacks={CallbackTrouble.DUPLICATED: 1.0})
    )
    phone_id = add_phone(service.database, number, whatsapp_heard_at=machine_now())
    first = add_message(service.database, phone_id, "Mañana no hay clase", channel="whatsapp")
    service.delivery().run()
    service.api.settled(1)
    assert len(in_its_place(service.database, first)) == 1
    service.delivery().run()
    service.api.settled(2)
    assert [(each.to, each.body) for each in service.api.processed()] == [
        (f"whatsapp:{number}", "Mañana no hay clase"),
        (number, "Mañana no hay clase"),
    ]
    assert states(service.database) == ["undelivered", "delivered"]


def test_who_is_not_on_whatsapp_gets_the_next_one_by_sms(service: Service) -> None:
    number = new_number()
    service.api.misbehave(Faults(refused={f"whatsapp:{number}": 63024}))
    phone_id = add_phone(service.database, number, whatsapp_heard_at=machine_now())
    for body in ("Uno", "Dos"):
        add_message(service.database, phone_id, body, channel="whatsapp")
        service.delivery().run()
    service.api.settled(1)
    assert [(each.to, each.body) for each in service.api.processed()] == [(number, "Dos")]
    assert states(service.database) == ["refused", "delivered"]


def test_states_never_go_back_while_all_goes_wrong(service: Service) -> None:
    seen: dict[int, list[MessageState]] = {}
    shares = dict.fromkeys((Trouble.TOO_MANY, Trouble.ERROR_AFTER, Trouble.RESET_BEFORE, Trouble.GARBAGE), 0.1)
    callbacks = dict.fromkeys((CallbackTrouble.DUPLICATED, CallbackTrouble.CONTRADICTED, CallbackTrouble.EARLY), 0.3)
    service.api.misbehave(Faults(seed=3, shares=shares, callbacks=callbacks, delivered_after=0.05))
    add_messages(service.database, [add_phone(service.database) for _ in range(60)], "Hola {n}")
    running = threading.Thread(target=service.delivery(rate=60).run)
    running.start()
    while running.is_alive():
        for each in all_messages(service.database):
            steps = seen.setdefault(each.id, [each.state])
            if each.state is not steps[-1]:
                steps.append(each.state)
    running.join()
    service.api.settled()
    taken = [pair for each in seen.values() for pair in itertools.pairwise(each)]
    assert len(taken) >= 60
    assert not [step for step in taken if not is_upwards(*step)]
    assert max(service.api.summary().per_message.values()) == 1


def is_upwards(before: MessageState, after: MessageState) -> bool:
    """The ladder, written down a second time: a message that was put back is `sending` still."""
    ladder = ["queued", "sending", "unknown", "sent", "delivered", "read"]
    if before not in ladder[:4]:
        return (before, after) == ("delivered", "read")
    return after not in ladder or ladder.index(after) > ladder.index(before)
