"""The account of a run: what was written, what the network took, and whether the two agree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from models.message import MessageState
from tests.processes.families import NOT_REACHED, REACHED, SECRET, Ended, outbox
from tests.processes.house import Town
from tests.twilio_api.client import Summary
from tests.twilio_api.record import Processed


def check_each_once(town: Town) -> list[Ended]:
    """Each message reached the network once, or ended in a state that says why not; returns them."""
    ended, taken = outbox(town.database), town.api.summary().per_message
    twice = {what: count for what, count in taken.items() if count > 1}
    assert not twice, f"{len(twice)} messages arrived more than once"
    wrong = [each for each in ended if not says_the_truth(each, taken[each.number, each.body])]
    assert not wrong, Counter((each.state.value, each.error, bool(each.reason)) for each in wrong)
    return ended


def says_the_truth(message: Ended, times_taken: int) -> bool:
    """Whether the row of a message tells what became of it."""
    if times_taken:
        return message.state in REACHED and message.sid is not None
    return message.state in NOT_REACHED and bool(message.reason)


def check_nobody_left_waiting(ended: Collection[Ended]) -> None:
    left = [each for each in ended if each.state in (MessageState.QUEUED, MessageState.SENDING)]
    assert not left, f"{len(left)} messages are neither sent nor given up"


def after_their_stop(processed: Collection[Processed], stopped: Mapping[str, float]) -> list[float]:
    """By how many seconds each message arrived after the answer to a STOP of its number (monotonic seconds)."""
    return [each.arrived - stopped[each.to] for each in processed if each.arrived > stopped.get(each.to, float("inf"))]


def check_logs(logs: str, words: Collection[str] = ()) -> None:
    """No process has told a number, a text or a name."""
    numbers = re.findall(r"(?<!\d)1?4132\d{6}(?!\d)", logs)
    assert not numbers, f"{len(numbers)} phone numbers stand in the logs"
    told = [word for word in (SECRET, "Lupita", *words) if word in logs]
    assert not told, f"{len(told)} words of texts stand in the logs"


def check_pace(summary: Summary, rate: float, allowed: float) -> None:
    """No second saw more segments than the rate; `allowed` is the share that arrival may add to it."""
    most = summary.segments_within_a_second
    assert most <= rate * (1 + allowed), f"{most} segments within a second, at a rate of {rate}"
