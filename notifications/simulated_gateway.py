"""The phone network where there is no Twilio: a message has arrived when its row says so; the simulator shows it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

from notifications.gateway import Outcome, Outgoing, Verdict


class SimulatedGateway:
    """Takes everything. What it did not answer for it never had, so nothing is lost when the process is killed."""

    def get_ready(self) -> None:
        """There is nothing to do."""

    def send(self, outgoing: Outgoing) -> Outcome:  # noqa: ARG002 - every network has this form
        """Take a message."""
        return Outcome(Verdict.ACCEPTED, sid="SM" + secrets.token_hex(16), status="delivered")

    def look_up(self, outgoing: Outgoing, since: dt.datetime, known: Collection[str] = ()) -> Outcome:  # noqa: ARG002
        """Tell that a message which was not recorded as sent has not arrived anywhere."""
        return Outcome(Verdict.NOT_TAKEN)
