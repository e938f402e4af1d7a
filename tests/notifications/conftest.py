"""What tests of sending ask for: a database that is open, Twilio's stand-in, and a service it can call back."""

from collections.abc import Iterator

import pytest

from models.database import Database
from tests.notifications.service import Service, serving
from tests.twilio_api import client
from tests.twilio_api.client import TwilioApi


@pytest.fixture(scope="module")
def stand_in() -> Iterator[TwilioApi]:
    with client.running() as api:
        yield api


@pytest.fixture
def api(stand_in: TwilioApi) -> TwilioApi:
    """Twilio's stand-in, which has forgotten all that came before."""
    stand_in.reset()
    return stand_in


@pytest.fixture
def service(database: Database, api: TwilioApi) -> Iterator[Service]:
    """A service on the database that the stand-in's callbacks come to."""
    with serving(database, api) as running:
        yield running
        api.reset()
