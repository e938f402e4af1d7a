"""The rate, as the network sees it: in segments, of all processes together, in any second wherever it begins."""

import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from models import outbox
from models.message import Purpose
from models.outbox import Candidate
from notifications.delivery import Delivery
from notifications.last_look import Goes
from notifications.pacing import LARGEST_BLOCK, LastSecond, Pace
from tests.notifications.outbox_rows import add_messages, add_phone, all_messages, machine_now, paced, states
from tests.notifications.service import Service, connected
from tests.twilio_api.pace import most_within

RATE = 50
TWO_SEGMENTS = "Mañana habrá clase {n}. " + "x" * 150
UNEVENLY = 5
"""Segments by which a second may seem to have more on a busy machine: the stand-in's own clock is late at times."""


def test_two_that_deliver_share_the_rate(service: Service) -> None:
    """120 messages of one segment and of two, 180 segments: no second has more than the rate, none is idle."""
    phones = [add_phone(service.database) for _ in range(60)]
    add_messages(service.database, phones, "Hola {n}", purpose=Purpose.BROADCAST)
    add_messages(service.database, phones, TWO_SEGMENTS, purpose=Purpose.BROADCAST)
    with connected(service.api) as other:
        both = [Delivery(service.database, gateway, rate=RATE) for gateway in (service.gateway, other)]
        threads = [threading.Thread(target=each.run) for each in both]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    service.api.settled(120)
    summary = service.api.summary()
    assert set(states(service.database)) == {"delivered"}
    assert (set(summary.per_message.values()), summary.segments) == ({1}, 180)
    assert summary.segments_within_a_second <= RATE + UNEVENLY
    assert len(summary.segments_by_second) <= 2 * 180 / RATE
    assert {each.segments for each in all_messages(service.database)} == {1, 2}


def test_a_rest_is_not_made_up_for(service: Service) -> None:
    """After an hour without messages the next ones go at the rate, not all at once."""
    with service.database.connect() as connection:
        outbox.leave_pace(connection, machine_now().replace(year=2020))
    add_messages(service.database, [add_phone(service.database) for _ in range(20)])
    began = time.monotonic()
    service.delivery(rate=25).run()
    assert time.monotonic() - began > 19 / 25
    assert max(each.arrived for each in service.api.processed()) - began < 3


def claimed(service: Service, pace: Pace, room: int = 100) -> list[Goes]:
    with service.database.connect() as connection:
        return [each.goes for each in pace.claim(connection, machine_now(), room).leaving]


def test_only_what_the_next_moments_carry_is_claimed(service: Service) -> None:
    phones = [add_phone(service.database)]
    add_messages(service.database, phones * 35)
    assert len(claimed(service, Pace(100))) == 9
    with service.database.connect() as connection:
        outbox.leave_pace(connection, machine_now())
    assert len(claimed(service, Pace(0.1))) == 1
    assert claimed(service, Pace(100)) == [], "until that one has had its time"
    with service.database.connect() as connection:
        outbox.leave_pace(connection, machine_now())
    assert len(claimed(service, Pace(1e6), room=3)) == 3
    with service.database.connect() as connection:
        outbox.leave_pace(connection, machine_now())
    assert len(claimed(service, Pace(1e6))) == 22 <= LARGEST_BLOCK
    assert service.api.counts().attempts == 0


def test_a_message_of_many_segments_goes_too_and_takes_their_time(service: Service) -> None:
    add_messages(service.database, [add_phone(service.database)] * 2, "x" * 600)
    before = machine_now()
    assert [goes.cost for goes in claimed(service, Pace(0.1))] == [4]
    with service.database.connect() as connection:
        assert 40 < (paced(connection) - before).total_seconds() < 50


def test_one_claims_at_a_time_and_nobody_waits(service: Service) -> None:
    add_messages(service.database, [add_phone(service.database)])
    if service.database.engine.dialect.name == "sqlite":
        return  # whoever writes is alone there
    with service.database.connect() as first, service.database.connect() as second:
        assert outbox.take_pace(first) is not None
        block = Pace(10).claim(second, machine_now(), 5)
        assert (block.leaving, block.stayed) == ((), ())
        assert block.again_at is not None
        found: list[Candidate] = outbox.due(second, machine_now(), 5)
        assert len(found) == 1
        assert outbox.due(first, machine_now(), 5) == [], "what another holds is left out"


@given(
    rate=st.integers(1, 60),
    asked=st.lists(st.tuples(st.floats(0, 0.3), st.integers(1, 4), st.booleans()), min_size=1, max_size=200),
)
def test_no_second_holds_more_than_the_rate(rate: int, asked: list[tuple[float, int, bool]]) -> None:
    """Whatever came late, was given back, or was long: each is asked for some time after the one before."""
    last_second, moment, sent = LastSecond(rate), 0.0, []
    for pause, cost, given_back in asked:
        moment += pause
        at = last_second.add(moment, cost)
        assert at >= moment
        if given_back:
            last_second.remove(at, cost)
        else:
            sent += [at] * min(cost, rate)
    assert sent == sorted(sent)
    assert most_within([(moment, 1) for moment in sent]) <= rate
