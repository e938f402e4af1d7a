"""The floor: the least that an app with Flask and Twilio's library can do with what Twilio posts. It keeps nothing."""

import os

from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse


def create_app() -> Flask:
    """Check the signature, thank for the text. Takes the token and the address from the same variables as Lucero."""
    app = Flask("floor")
    origin = os.environ["PUBLIC_URL"]
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    def is_signed(address: str) -> bool:
        return bool(validator.validate(address, request.form, request.headers.get("X-Twilio-Signature", "")))

    @app.post("/twilio/inbound")
    def inbound() -> Response:
        if not is_signed(f"{origin}/twilio/inbound"):
            return Response(status=403)
        response = MessagingResponse()
        response.message("Gracias. Recibimos: " + request.form["Body"])
        return Response(str(response), mimetype="text/xml")

    @app.post("/twilio/status")
    def status() -> Response:
        if not is_signed(f"{origin}/twilio/status?{request.query_string.decode()}"):
            return Response(status=403)
        return Response(status=204)

    return app
