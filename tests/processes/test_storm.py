"""A broadcast through everything that can go wrong at once. `make storm` does it with ten thousand."""

import statistics

from models.message import MessageState
from tests.processes import accounts, storm
from tests.processes.conftest import RATE
from tests.processes.house import Town

MESSAGES = 500


def test_each_message_arrives_once_or_says_why_not(place: Town) -> None:
    over = storm.blow(place, MESSAGES, RATE)
    print("\n".join(storm.report(over)))  # noqa: T201 - shown where the test fails

    ended = accounts.check_each_once(place)
    accounts.check_nobody_left_waiting(ended)
    assert len(ended) == MESSAGES
    assert over.killed > 0

    assert over.too_late == []
    withheld = {each.number for each in ended if each.state is MessageState.WITHHELD}
    assert withheld <= set(over.stopped)

    assert over.summary is not None
    accounts.check_pace(over.summary, RATE, allowed=0.1)  # messages that left apart may be read together
    assert set(over.summary.callbacks) <= {"204", "rt"}  # rt: not answered in time, which is as good as dropped

    # They answer through the webhook, whatever waits in the outbox; seconds are for a machine with much else to do.
    assert statistics.median(over.answered_after) < 0.5
    assert statistics.quantiles(over.answered_after, n=20)[-1] < 2
    accounts.check_logs(place.house.logs(), ["arboretum"])
