"""The ladder of a message's states, pair by pair."""

import itertools

import pytest

from models.message import MessageState, may_follow

MAY_GO_TO = {
    "received": "",
    "queued": "sending unknown sent delivered read undelivered failed refused expired withheld",
    "sending": "unknown sent delivered read undelivered failed refused expired withheld",
    "unknown": "sent delivered read undelivered failed refused expired withheld",
    "sent": "delivered read undelivered failed refused expired withheld",
    "delivered": "read",
    "read": "",
    "undelivered": "",
    "failed": "",
    "refused": "",
    "expired": "",
    "withheld": "",
}
PAIRS = list(itertools.product(MessageState, repeat=2))


def test_the_table_names_every_state() -> None:
    assert set(MAY_GO_TO) == set(MessageState)


@pytest.mark.parametrize("before", MessageState)
def test_every_pair_of_states(before: MessageState) -> None:
    allowed = {after for after in MessageState if may_follow(before, after)}
    assert allowed == set(MAY_GO_TO[before].split())


def test_no_way_leads_back() -> None:
    assert not [pair for pair in PAIRS if may_follow(*pair) and may_follow(*reversed(pair))]
    assert not [state for state in MessageState if may_follow(state, state)]


def test_late_double_and_shuffled_callbacks_end_alike() -> None:
    told = [MessageState.SENT, MessageState.DELIVERED, MessageState.READ]
    for order in itertools.permutations(told * 2):
        state = MessageState.QUEUED
        for after in order:
            state = after if may_follow(state, after) else state
        assert state is MessageState.READ
