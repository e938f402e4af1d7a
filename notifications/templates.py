"""The WhatsApp templates: their words, and how far WhatsApp's approval of each is (docs/decisions/0008)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from locales import LANGUAGES, _, speaking
from models.message import LANES, Purpose
from models.outbox import APPROVED
from models.sending import Template

if TYPE_CHECKING:
    from notifications.twilio_gateway import Template as Listed

TEMPLATE_LANGUAGES = ("en", "es", "pt")
"""Those of ours that WhatsApp has templates in; it has none in Haitian Creole."""
VARIABLE = "{{1}}"
LONGEST = 1024
"""What a whole template may hold once it is filled in; with more, WhatsApp refuses the message (63021)."""
LONGEST_FRAME = 200
"""What the words around the variable may take of that, in any language."""
LONGEST_BODY = LONGEST - LONGEST_FRAME

MISSING = "missing"
MARKETING = "marketing"
"""Approved, but counted as marketing: WhatsApp holds such messages back from numbers in the US (63049)."""
UNUSABLE = "unusable"
"""At Twilio under one of our names, but made in a way that our messages do not go by."""
BEST_FIRST = (APPROVED, MARKETING, "pending", "received", "unsubmitted", "paused", "rejected", "disabled", UNUSABLE)
"""Which of several contents of one name counts. States are Twilio's words, and ours above."""

_OURS = "lucero_"
_NAME = re.compile(rf"(?P<name>{_OURS}\w+?)(?:_v?(?P<version>[0-9]{{1,4}}))?")
templates = cast("sa.Table", Template.__table__)


@dataclass(frozen=True)
class Wanted:
    """A template as it should stand at Twilio."""

    purpose: Purpose
    language: str
    """A code of ours."""
    friendly_name: str
    """Its name, both at Twilio and where WhatsApp approves it: small letters, digits and _ only."""
    body: str
    """The words around the variable {{1}}, which is a whole message of ours."""
    sample: str
    """For the variable; WhatsApp's reviewers read it."""

    @property
    def twilio_language(self) -> str:
        """The language's code at Twilio and WhatsApp."""
        return LANGUAGES[self.language].catalog


@dataclass(frozen=True)
class Standing:
    """How far a wanted template is."""

    wanted: Wanted
    state: str
    content_sid: str | None = None
    reason: str | None = None
    """Why it was rejected or cannot be used, where somebody said so."""
    checked_at: dt.datetime | None = None
    """When Twilio was last asked; None where it listed none."""


def wanted_templates() -> list[Wanted]:
    """Return every template there should be: by purpose of the outbox, the prompt ones first, and by language."""
    return [_wanted(purpose, language) for purpose in LANES for language in TEMPLATE_LANGUAGES]


def standings(session: Session) -> list[Standing]:
    """Tell how far each wanted template is, as of when Twilio was last asked."""
    known = {(stored.purpose, stored.language): stored for stored in session.scalars(sa.select(Template))}
    return [_standing(wanted, known.get((wanted.purpose, wanted.language))) for wanted in wanted_templates()]


def store(session: Session, listed: Iterable[Listed], now: dt.datetime) -> list[str]:
    """Note what Twilio lists, which is all there is: what it lists no more is missing, and no message goes by it.

    Returns the names that begin as ours do and are none of ours: somebody has mistyped them.
    """
    by_name = {wanted.friendly_name: wanted for wanted in wanted_templates()}
    found: dict[Wanted, Listed] = {}
    strays = []
    for content in sorted(listed, key=lambda each: each.sid):
        name, _version = _name_and_version(content)
        wanted = by_name.get(name)
        if wanted is None:
            strays += [content.friendly_name] if name.startswith(_OURS) else []
        elif wanted not in found or _rank(wanted, content) < _rank(wanted, found[wanted]):
            found[wanted] = content
    for wanted in by_name.values():  # always in this order: two who do this at once never wait for each other
        if wanted in found:
            _leave(session.connection(), wanted, _row(wanted, found[wanted], now))
        else:
            _drop(session.connection(), wanted)
    return sorted(strays)


def language_of(twilio_language: str) -> str | None:
    """Return our code for a language of Twilio's (es_MX is es); None where it is none of the templates'."""
    language, _separator, country = twilio_language.partition("_")
    if language == "pt" and country != "BR":
        return None
    return language if language in TEMPLATE_LANGUAGES else None


def fits_template(body: str) -> bool:
    """Tell whether a message is short enough to go by any template. Counted as phones do: most emoji are two."""
    return len(body.encode("utf-16-le")) // 2 <= LONGEST_BODY


def _wanted(purpose: Purpose, language: str) -> Wanted:
    with speaking(language):
        frame = (_openings()[purpose], VARIABLE, _("You can answer here. STOP = no more messages."))
        return Wanted(purpose, language, f"{_OURS}{purpose}_{language}", "\n".join(frame), _samples()[purpose])


def _openings() -> Mapping[Purpose, str]:
    return {
        # L10N: WhatsApp shows this and the next five above a message of ours, where a family last wrote over a day ago
        Purpose.ANSWER: _("Hello, this is the school family line. Here is the answer to what you wrote us:"),
        Purpose.URGENT: _("Hello, this is the school family line. Something important has changed:"),
        Purpose.REMINDER: _("Hello, this is the school family line. A reminder of your sign-up:"),
        Purpose.OFFER: _("Hello, this is the school family line. News of your place on the waiting list:"),
        Purpose.DIGEST: _("Hello, this is the school family line. The weekly summary you asked for:"),
        Purpose.BROADCAST: _("Hello, this is the school family line. A notice about your school programs:"),
    }


def _samples() -> Mapping[Purpose, str]:
    return {
        # L10N: this and the next five are examples for WhatsApp's reviewers; families never get them
        Purpose.ANSWER: _("Yes, the bus also stops at White St, at 6:30am. Bring a jacket for the way home."),
        Purpose.URGENT: _("There is no class today because of snow. The next class is on Monday at 6pm."),
        Purpose.REMINDER: _("The summer program begins Monday, July 5. The bus comes to White St at 6:30am."),
        Purpose.OFFER: _("There is a place now for Ana in the summer program. Do you want it? 1 yes, 2 no."),
        Purpose.DIGEST: _("Monday at 6pm: English class at the library. Thursday at 5pm: vaccine clinic, free."),
        Purpose.BROADCAST: _("The homework club moves to room 12 from Monday. Days and hours stay the same."),
    }


def _standing(wanted: Wanted, stored: Template | None) -> Standing:
    if stored is None:
        return Standing(wanted, MISSING)
    return Standing(wanted, stored.status, stored.content_sid, stored.rejection_reason, stored.checked_at)


def _name_and_version(content: Listed) -> tuple[str, int]:
    """Its name without the number that WhatsApp asks for after a rejection: lucero_reminder_es_2 is the second."""
    name = content.friendly_name.strip().lower()
    match = _NAME.fullmatch(name)
    return (match["name"], int(match["version"] or 1)) if match else (name, 1)


def _rank(wanted: Wanted, content: Listed) -> tuple[int, int]:
    """Where it stands among contents of one name: a usable one is first, then the newest version."""
    state = _state(wanted, content)
    place = BEST_FIRST.index(state) if state in BEST_FIRST else len(BEST_FIRST)
    return place, -_name_and_version(content)[1]


def _state(wanted: Wanted, content: Listed) -> str:
    if _fault(wanted, content) is not None:
        return UNUSABLE
    if content.status == APPROVED and content.category.upper() == "MARKETING":
        return MARKETING
    return content.status


def _fault(wanted: Wanted, content: Listed) -> str | None:
    """Why our messages cannot go by it, whatever WhatsApp says of it."""
    if language_of(content.language) != wanted.language:
        return f"Its language at Twilio is {content.language or 'not set'}; it should be {wanted.twilio_language}."
    if set(content.variables) != {"1"}:
        has = ", ".join(f"{{{{{name}}}}}" for name in sorted(content.variables)) or "none"
        return f"It should have one variable, {VARIABLE}, with a sample; it has {has}."
    return None


def _row(wanted: Wanted, content: Listed, now: dt.datetime) -> dict[str, Any]:
    reason = _fault(wanted, content) or content.rejection_reason
    return {
        "content_sid": content.sid,
        "status": _state(wanted, content)[:20],
        "category": content.category[:20] or None,
        "rejection_reason": reason[:200] or None,
        "checked_at": now,
    }


def _leave(connection: sa.Connection, wanted: Wanted, row: dict[str, Any]) -> None:
    """Leave this row for a template, whether there was one or not."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    added = insert(templates).values(purpose=wanted.purpose.value, language=wanted.language, **row)
    connection.execute(added.on_conflict_do_update(index_elements=["purpose", "language"], set_=row))


def _drop(connection: sa.Connection, wanted: Wanted) -> None:
    its_own = (templates.c.purpose == wanted.purpose.value, templates.c.language == wanted.language)
    connection.execute(sa.delete(templates).where(*its_own))
