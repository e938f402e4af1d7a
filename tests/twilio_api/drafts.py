"""The form that creates a message, checked as Twilio checks it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.twilio_api.refusals import Refused

LONGEST = 1600
WHATSAPP = "whatsapp:"
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
SENDER = re.compile(r"\+[1-9]\d{6,14}|\d{5,6}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}")
WHATSAPP_NAME = re.compile(r"\+[1-9]\d{6,14}|[A-Z]{2}\.[A-Za-z0-9.]+")
SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
CONTENT = re.compile(r"HX[0-9a-fA-F]{32}")
PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")

Form = Mapping[str, str]
Content = Mapping[str, Any]
"""A content as Twilio's Content API lists it: sid, language, variables, types, approval_requests."""


@dataclass(frozen=True)
class Draft:
    """What a request asks to be sent; `body` has the variables of its content filled in."""

    to: str
    from_: str | None
    service: str | None
    body: str
    content_sid: str | None
    content_variables: Mapping[str, str]
    status_callback: str | None

    @property
    def is_whatsapp(self) -> bool:
        return self.to.startswith(WHATSAPP)


def read(form: Form, contents: Sequence[Content]) -> Draft:
    """The message that the form asks for.

    A content that is not among `contents` is refused, unless none are known at all: then it is taken for
    one whose whole text is its first variable.
    Raises: Refused.
    """
    to, sender, service = _recipient(form), _sender(form), form.get("MessagingServiceSid") or None
    if service and not SERVICE.fullmatch(service):
        raise Refused(21705)
    if sender and sender.startswith(WHATSAPP) != to.startswith(WHATSAPP):
        raise Refused(21910)
    content_sid, variables = form.get("ContentSid") or None, _variables(form)
    body = _filled(content_sid, variables, contents) if content_sid else form.get("Body", "")
    if not body:
        raise Refused(21602)
    if len(body) > LONGEST:
        raise Refused(21617)
    return Draft(to, sender, service, body, content_sid, variables, _status_callback(form))


def _recipient(form: Form) -> str:
    to = form.get("To", "")
    if not to:
        raise Refused(21604)
    allowed = WHATSAPP_NAME if to.startswith(WHATSAPP) else NUMBER
    if not allowed.fullmatch(to.removeprefix(WHATSAPP)):
        raise Refused(21211)
    return to


def _sender(form: Form) -> str | None:
    sender = form.get("From") or None
    if sender is None and not form.get("MessagingServiceSid"):
        raise Refused(21603)
    if sender and not SENDER.fullmatch(sender.removeprefix(WHATSAPP)):
        raise Refused(21212)
    return sender


def _variables(form: Form) -> dict[str, str]:
    try:
        variables = json.loads(form.get("ContentVariables") or "{}")
    except ValueError:
        raise Refused(21656) from None
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise Refused(21656)
    return variables


def _filled(sid: str, variables: Mapping[str, str], contents: Sequence[Content]) -> str:
    """The content's text; where a variable is not given, its sample stands, as with Twilio."""
    if not CONTENT.fullmatch(sid):
        raise Refused(21655)
    if not contents:
        return variables.get("1", "")
    content = next((content for content in contents if content["sid"] == sid), None)
    if content is None:
        raise Refused(21655)
    values = {**(content.get("variables") or {}), **variables}
    texts = (str(kind["body"]) for kind in content["types"].values() if "body" in kind)
    return PLACE.sub(lambda place: str(values.get(place[1], place[0])), next(texts, ""))


def _status_callback(form: Form) -> str | None:
    address = form.get("StatusCallback") or None
    if address is None:
        return None
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "_" in parts.hostname:
        raise Refused(21609)
    return address
