"""The public page: what this is, how to opt in and out, and what becomes of what a family tells us.

Carriers read it before they let us text; so do parents. It brings the files and headers of all our pages along.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, current_app, make_response, render_template, request

from locales import LANGUAGES, _, current_language, speaking
from locales.languages import Language
from models.organization import Organization, OrganizationKind
from models.phone_number import spoken
from web.protection import protect

ENGLISH = "en"
WRITTEN_IN_FULL = {code: language for code, language in LANGUAGES.items() if language.in_full}


@dataclass(frozen=True)
class NumberToText:
    """A number to begin with, as it is read and as a phone opens it; `place` where it is one district's own."""

    spoken: str
    link: str
    whatsapp: bool = False
    place: str | None = None


def public_pages() -> Blueprint:
    """Return the routes that anybody may see: the public page, and /static for every page."""
    blueprint = Blueprint("public", __name__, template_folder="templates", static_folder="static")
    blueprint.after_app_request(protect)

    @blueprint.get("/")
    def page() -> Response:
        with speaking(chosen_language()):
            return _in_this_language(render_template("public.html", **_content()))

    return blueprint


def chosen_language() -> str:
    """The language asked for in the address, else the best of what the browser reads, else English."""
    asked = request.args.get("lang", "")
    if asked in WRITTEN_IN_FULL:
        return asked
    # The best match of Werkzeug would be English for a phone that reads es-MX first and en last.
    read = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality > 0)
    return next((code for code in read if code in WRITTEN_IN_FULL), ENGLISH)


def language_tag(code: str) -> str:
    """The code as browsers and screen readers know it: pt-BR for our Portuguese."""
    language = LANGUAGES.get(code)
    return language.catalog.replace("_", "-") if language and language.in_full else code


def _in_this_language(html: str) -> Response:
    response = make_response(html)
    response.headers["Content-Language"] = language_tag(current_language())
    response.vary.add("Accept-Language")
    return response


def _content() -> dict[str, Any]:
    return {
        "_": _,
        "language": current_language(),
        "language_tag": language_tag,
        "languages": list[Language](WRITTEN_IN_FULL.values()),
        "numbers": list(_numbers()),
        "has_simulator": current_app.extensions["lucero"].settings.simulator,
    }


def _numbers() -> Iterator[NumberToText]:
    pieces = current_app.extensions["lucero"]
    if pieces.settings.twilio_sms_from:
        yield _by_sms(pieces.settings.twilio_sms_from)
    if pieces.settings.twilio_whatsapp_from:
        number = pieces.settings.twilio_whatsapp_from
        yield NumberToText(spoken(number), f"https://wa.me/{number.removeprefix('+')}", whatsapp=True)
    with pieces.database.reading() as session:
        districts = sa.select(Organization).where(Organization.kind == OrganizationKind.DISTRICT)
        for district in session.scalars(districts.order_by(Organization.name)):
            yield from (_by_sms(number, district.known_as) for number in district.numbers)


def _by_sms(number: str, place: str | None = None) -> NumberToText:
    return NumberToText(spoken(number), f"sms:{number}", place=place)
