"""Phones in the browser. Each text goes through the real webhook, signed, as from Twilio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from web.handset import FIRST, Handset, handset, known_families, unmet_number
from web.protection import is_from_our_page
from web.public import language_tag
from web.thread import Bubble, thread

MOST_PHONES = 8
LANGUAGES_SHOWN_FIRST = ("Español", "Kreyòl")

ENCLOSED: dict[str, tuple[str, ...]] = {
    "picture": ("image/jpeg",),
    "voice note": ("audio/ogg",),
    "location": ("location",),
    "nothing": (),
}
"""What a phone can send besides words -> the kinds that come in at the webhook."""


@dataclass(frozen=True)
class PhoneInHand:
    """A phone as the page shows it."""

    handset: Handset
    whose: str
    bubbles: list[Bubble]
    without: str
    """The address of the page without this phone."""


def simulator() -> Blueprint:
    """Return the routes of the simulator, for where it is the phone network: whoever opens it can be any family."""
    blueprint = Blueprint("simulator", __name__, template_folder="templates")

    @blueprint.get("/simulator")
    def phones() -> AnyResponse | str:
        return _with_one_more() if "add" in request.args else _page(_handsets())

    @blueprint.post("/simulator")
    def send() -> AnyResponse:
        if not is_from_our_page(request, current_app.extensions["lucero"].settings.public_url):
            return Response("Texts are sent from the page itself.\n", 403, mimetype="text/plain")
        sender = handset(request.form.get("from", ""))
        enclosed = request.form.get("send", "")
        if sender is None or (enclosed and enclosed not in ENCLOSED):
            abort(400)
        obstacle = _send(sender, request.form.get("body", ""), enclosed)
        if "after" in request.form:
            return make_response(_news(sender, request.form.get("after", 0, type=int), obstacle))
        if obstacle:
            return Response(obstacle + "\n", 502, mimetype="text/plain")
        return redirect(_address(_handsets(), sender), 303)

    return blueprint


def _send(sender: Handset, body: str, enclosed: str) -> str | None:
    """Text from this phone; returns why it did not arrive, None where it did."""
    text = "" if enclosed == "nothing" else body
    network = current_app.extensions["lucero"].network
    try:
        network.text(sender.number, text, channel=sender.channel, media=ENCLOSED.get(enclosed, ()))
    except RuntimeError as error:
        return f"Not delivered: {error}."
    return None


def _news(sender: Handset, after: int, obstacle: str | None) -> str:
    """What is new on a phone since the message `after`, as a piece of the page."""
    with current_app.extensions["lucero"].database.reading() as session:
        bubbles = thread(session, sender.number, sender.channel, after=after)
    silent = obstacle is None and all(bubble.from_family for bubble in bubbles)
    return render_template(
        "bubbles.html", bubbles=bubbles, language_tag=language_tag, notice=obstacle or ("No reply." if silent else "")
    )


def _handsets() -> list[Handset]:
    """The phones that the address of the page names; a few to begin with where it names none."""
    named = [found for address in request.args.getlist("phone") if (found := handset(address))]
    return list(dict.fromkeys(named))[:MOST_PHONES] or _to_begin_with()


def _to_begin_with() -> list[Handset]:
    """A new family, and one that we know in each of a few languages."""
    with current_app.extensions["lucero"].database.reading() as session:
        known = known_families(session)
    found = [
        next((number for number, whose in known.items() if whose.endswith(f"· {language}")), None)
        for language in LANGUAGES_SHOWN_FIRST
    ]
    return [Handset(number) for number in (FIRST, *found) if number]


def _with_one_more() -> AnyResponse | str:
    """The page with the phone that was asked for: a number typed, else a family chosen, else one we have not met."""
    open_already = _handsets()
    wanted = request.args.get("number", "").strip() or request.args.get("family", "").strip()
    if not wanted:
        with current_app.extensions["lucero"].database.reading() as session:
            wanted = unmet_number(session, [each.number for each in open_already])
    prefix = "whatsapp:" if request.args.get("channel") == "whatsapp" else ""
    added = handset(prefix + wanted.removeprefix("whatsapp:"))
    if added is None:
        return _page(open_already, refused=f"{wanted} is not a phone number.")
    if added not in open_already and len(open_already) >= MOST_PHONES:
        return _page(open_already, refused=f"{MOST_PHONES} phones are open: put one away first.")
    return redirect(_address([*open_already, added], added))


def _address(handsets: list[Handset], at: Handset | None = None) -> str:
    """The address of the page with these phones, scrolled to one of them."""
    shown = [each.address for each in dict.fromkeys(handsets)]
    return url_for("simulator.phones", phone=shown, _anchor=at.key if at else None)


def _page(handsets: list[Handset], refused: str = "") -> str:
    with current_app.extensions["lucero"].database.reading() as session:
        known = known_families(session)
        named = known_families(session, [each.number for each in handsets])
        shown = [
            PhoneInHand(
                handset=each,
                whose=named.get(each.number, "A new family"),
                bubbles=thread(session, each.number, each.channel),
                without=_address([other for other in handsets if other != each]),
            )
            for each in handsets
        ]
    content: dict[str, Any] = {
        "phones": shown,
        "known": known,
        "refused": refused,
        "here": _address(handsets),
        "language": "en",
        "language_tag": language_tag,
    }
    return render_template("simulator.html", **content)
