"""A tick of the clock: what becomes of one that breaks, and of one that takes long."""

import threading
from concurrent.futures import ThreadPoolExecutor

from structlog.testing import capture_logs

from notifications.clock import Tick

PATIENCE = 20
"""Seconds."""


def test_a_tick_that_breaks_says_which_it_was_and_is_done_again() -> None:
    answers = iter([1, 0])
    done = []
    tick = Tick("ring", lambda: done.append(1 / (1 - next(answers))))
    with capture_logs() as told:
        tick()
        tick()
    assert [(line["event"], line["tick"]) for line in told] == [("tick broke", "ring")]
    assert done == [1]


def test_a_tick_that_takes_long_is_not_done_twice_at_once() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def take_long() -> None:
        begun.set()
        assert may_end.wait(PATIENCE)

    tick = Tick("agenda", take_long)
    with ThreadPoolExecutor(1) as other:
        first = other.submit(tick)
        assert begun.wait(PATIENCE)
        with capture_logs() as told:
            tick()
        may_end.set()
        first.result(PATIENCE)
    assert told == [{"event": "tick goes on", "tick": "agenda", "log_level": "info"}]
