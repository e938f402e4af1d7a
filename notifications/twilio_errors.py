"""What Twilio's error codes mean for a message, and how a person would say it.

Twilio says that its codes may change. So one that is not in the table ends this attempt, never starts an
endless one, and is logged as an error so that somebody adds it here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from notifications.gateway import Verdict

logger = logging.getLogger(__name__)

QUEUE_FULL = 21611
TOO_MANY_REQUESTS = 20429
UNAVAILABLE = 20503


@dataclass(frozen=True)
class Meaning:
    """What a code means for the message that it was said of."""

    verdict: Verdict
    reason: str
    """For staff: one sentence, without names or numbers."""


NOT_IN_THE_TABLE = Meaning(Verdict.CONTENT, "Twilio refused it with a code that Lucero does not know.")

TABLE: dict[Verdict, dict[int, str]] = {
    Verdict.NUMBER: {
        21211: "This is not a telephone number.",
        21408: "The Twilio account may not text this country.",
        21604: "There is no number to send to.",
        21612: "This number cannot be reached from our sender.",
        21614: "This number cannot take texts.",
        21635: "This is a landline; it cannot take texts.",
        30005: "This number does not exist or is no longer in use.",
        30006: "This is a landline, or its carrier takes no texts.",
        63003: "WhatsApp does not know this number.",
        63024: "This number has no WhatsApp.",
    },
    Verdict.CONSENT: {
        21610: "The person has opted out: they texted STOP or a word like it.",
        63014: "The person has blocked us on WhatsApp.",
        63033: "The person has blocked us on WhatsApp.",
    },
    Verdict.WINDOW: {
        63016: "WhatsApp takes only approved templates more than 24 hours after the person's last message.",
    },
    Verdict.CONTENT: {
        21602: "The text was empty.",
        21605: "The text was too long.",
        21617: "The text was longer than 1,600 characters.",
        21619: "The text was empty.",
        21620: "The address of a picture in it was not valid.",
        21654: "It should have gone by a template and named none.",
        21655: "The template that it names does not exist.",
        21656: "What was to be filled into the template was not valid.",
        30004: "The carrier blocks texts to this phone.",
        30007: "The carrier took it for spam.",
        63005: "WhatsApp refused what it says.",
        63013: "It breaks a rule of WhatsApp's.",
        63021: "WhatsApp refused what it says: too long, or not as the template was approved.",
        63027: "The template does not exist in this language.",
        63028: "What was to be filled into the template does not match its places.",
        63032: "WhatsApp does not let this person be texted for now.",
        63041: "WhatsApp has paused this template.",
        63042: "WhatsApp has disabled this template.",
        63049: "WhatsApp held it back: it counts this template as marketing.",
    },
    Verdict.CONFIGURATION: {
        20003: "Twilio does not accept our account SID and auth token.",
        20404: "Twilio does not know the account or what was asked of it.",
        21212: "Our sender is not a number that can text.",
        21603: "There is no sender.",
        21606: "Our sender is not a Twilio number that can text.",
        21608: "A Twilio trial account can only text numbers that were verified with it.",
        21609: "PUBLIC_URL is not an address that Twilio can tell us statuses at.",
        21659: "Our sender is not a Twilio number.",
        21660: "Our sender belongs to another Twilio account.",
        21703: "The messaging service has no sender.",
        21705: "The messaging service does not exist.",
        21910: "Our sender is not of this channel.",
        30002: "The Twilio account is suspended.",
        30032: "Our toll-free number has not been verified.",
        30033: "Our registration with the carriers is suspended.",
        30034: "Our number is not registered with the carriers (10DLC).",
        63007: "Our WhatsApp sender does not exist in this Twilio account.",
        63051: "Our WhatsApp business account is locked.",
    },
    Verdict.LATER: {
        30001: "Too much was waiting at Twilio.",
        30003: "The phone was switched off or out of reach.",
        30008: "The carrier did not say why it failed.",
        30017: "The carrier's network was congested.",
        30022: "We sent faster than the carriers allow.",
        30023: "The carrier's daily limit for us is used up.",
        30027: "The carrier's daily limit for us is used up.",
        30036: "It waited at Twilio for longer than it may.",
        30500: "Something broke at Twilio.",
        63010: "Something broke at WhatsApp.",
        63012: "WhatsApp was not available.",
        63018: "We sent faster than WhatsApp allows.",
        63038: "The daily limit of the Twilio account is used up.",
        QUEUE_FULL: "Our sender's queue at Twilio was full.",
    },
    Verdict.NOW: {
        TOO_MANY_REQUESTS: "Twilio had too many requests from us at once.",
        UNAVAILABLE: "Twilio was not available.",
    },
    Verdict.UNKNOWN: {
        20500: "Something broke at Twilio; the message may have gone out or not.",
    },
}

MEANINGS = {code: Meaning(verdict, reason) for verdict, codes in TABLE.items() for code, reason in codes.items()}


def as_code(said: object) -> int | None:
    """Return one of Twilio's codes as a number; None for anything else, such as an HTTP status or an empty text."""
    text = str(said)
    return int(text) if len(text) == 5 and text.isascii() and text.isdigit() else None


def meaning_of(code: int) -> Meaning:
    """Tell what a code means, said at once or later in a callback. One that is not in the table is logged."""
    meaning = MEANINGS.get(code)
    if meaning is None:
        logger.error("Twilio's code %d is not in our table of them", code)
        return NOT_IN_THE_TABLE
    return meaning


def verdict_on_refusal(status_code: int, code: int | None) -> Verdict:
    """Sort an answer to a POST that was no success, by its HTTP status and Twilio's code, if it held one."""
    if code == QUEUE_FULL:
        return Verdict.LATER
    if status_code == 429 or code == TOO_MANY_REQUESTS:
        later = code in TABLE[Verdict.LATER]
        return Verdict.LATER if later else Verdict.NOW
    if status_code == 503 and code == UNAVAILABLE:
        return Verdict.NOW
    if not 400 <= status_code < 500 or status_code == 408:
        return Verdict.UNKNOWN
    if code is None:
        return Verdict.CONFIGURATION if status_code in (401, 403) else Verdict.CONTENT
    return meaning_of(code).verdict
