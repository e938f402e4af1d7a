"""The floor: the least that an app with Flask and Twilio's library can do with a text. It keeps nothing."""

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse


def create_app() -> Flask:
    """Check the signature, thank for the text. Takes the token and the address from the same variables as Lucero."""
    app = Flask("floor")
    address = os.environ["PUBLIC_URL"] + "/twilio/inbound"
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    @app.post("/twilio/inbound")
    def inbound() -> Response:
        if not validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        response = MessagingResponse()
        response.message("Gracias. Recibimos: " + request.form["Body"])
        return Response(str(response), mimetype="text/xml")

    return app
