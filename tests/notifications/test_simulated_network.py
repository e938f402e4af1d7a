"""The phone network without Twilio: the same signed webhook, the same replies."""

import flask
import pytest
import sqlalchemy as sa

from models.family import Phone
from models.message import Message
from notifications.signatures import Signatures
from notifications.simulated_network import SimulatedNetwork
from tests.bot import posting
from tests.bot.posting import database_of


@pytest.fixture
def app(sqlite_url: str) -> flask.Flask:
    return posting.application(sqlite_url)


def network(app: flask.Flask, *tokens: str) -> SimulatedNetwork:
    return SimulatedNetwork(app.wsgi_app, Signatures(tokens or (posting.TOKEN,), posting.PUBLIC_URL))


def test_a_simulated_phone_is_answered_as_a_real_one(app: flask.Flask) -> None:
    simulated = network(app).text("+14135550142", "¿qué programas hay? 😀 & <más>")
    assert simulated == posting.text(app, "¿qué programas hay? 😀 & <más>", "+14135550143")
    with database_of(app).reading() as session:
        numbers = session.scalars(sa.select(Phone.number).order_by(Phone.id)).all()
    assert numbers == ["+14135550142", "+14135550143"]
    database_of(app).close()


def test_whatsapp_pictures_and_silence(app: flask.Flask) -> None:
    assert network(app).text("+14135550142", "", channel="whatsapp", media=["image/jpeg", "audio/ogg"])
    with database_of(app).reading() as session:
        heard = session.scalars(sa.select(Message).order_by(Message.id)).first()
        assert heard is not None
        assert (heard.channel, heard.media) == ("whatsapp", ["image/jpeg", "audio/ogg"])
    assert network(app).text("+14135550142", "ya no me manden mensajes")
    assert network(app).text("+14135550142", "gracias") is None
    database_of(app).close()


def test_a_webhook_that_does_not_answer_as_twilio_expects_is_an_error(app: flask.Flask) -> None:
    with pytest.raises(RuntimeError, match="403"):
        network(app, "another token").text("+14135550142", "hola")
    database_of(app).close()
