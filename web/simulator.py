"""Phones in the browser, and the clock. Each text goes through the real webhook, signed, as from Twilio."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from notifications.family_windows import zone_of
from web.family_zones import family_zones
from web.handset import FIRST, Handset, handset, known_families, unmet_number
from web.protection import is_from_our_page
from web.public import language_tag
from web.thread import Bubble, thread
from web.unasked import arrivals
from web.wall_clock import NEXT, NoMoment, asked_for, in_words

MOST_PHONES = 8
ONE_PROCESS = "The clock can be moved where one process does everything: make run."
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
    zone: str
    """Of the family's place: the times of its messages are in it."""
    bubbles: list[Bubble]
    without: str
    """The address of the page without this phone."""


def simulator() -> Blueprint:
    """Return the routes of the simulator, for where it is the phone network: whoever opens it can be any family."""
    blueprint = Blueprint("simulator", __name__, template_folder="templates")

    @blueprint.get("/simulator")
    def phones() -> AnyResponse | str:
        return _with_one_more() if "add" in request.args else _page(_handsets())

    @blueprint.before_request
    def refuse_others() -> AnyResponse | None:
        ours = request.method != "POST" or is_from_our_page(request, _lucero().settings.public_url)
        return None if ours else Response("This is sent from the page itself.\n", 403, mimetype="text/plain")

    @blueprint.post("/simulator/clock")
    def move() -> AnyResponse:
        return _move(request.form.get("ahead", ""), request.form.get("moment", ""))

    @blueprint.post("/simulator")
    def send() -> AnyResponse:
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


def _lucero() -> Any:
    return current_app.extensions["lucero"]


def _send(sender: Handset, body: str, enclosed: str) -> str | None:
    """Text from this phone; returns why it did not arrive, None where it did."""
    text = "" if enclosed == "nothing" else body
    network = _lucero().network
    try:
        network.text(sender.number, text, channel=sender.channel, media=ENCLOSED.get(enclosed, ()))
    except RuntimeError as error:
        return f"Not delivered: {error}."
    return None


def _news(sender: Handset, after: int, obstacle: str | None) -> str:
    """What is new on a phone since the message `after`, as a piece of the page."""
    with _lucero().database.reading() as session:
        zone = family_zones(session, [sender.number])[sender.number]
        bubbles = thread(session, sender.number, sender.channel, after=after, zone=zone)
    silent = obstacle is None and all(bubble.from_family for bubble in bubbles)
    return render_template(
        "bubbles.html",
        bubbles=bubbles,
        since=None,
        language_tag=language_tag,
        notice=obstacle or ("No reply." if silent else ""),
    )


def _move(ahead: str, typed: str) -> AnyResponse:
    """Move the clock to what was asked for, and come back to the page with what arrived meanwhile."""
    if not _can_move():
        return Response(ONE_PROCESS + "\n", 409, mimetype="text/plain")
    shown = _handsets()
    with _lucero().database.reading() as session:
        zone = family_zones(session, [shown[0].number])[shown[0].number]
    try:
        until = asked_for(ahead, typed, _lucero().clock(), zone)
    except NoMoment as refusal:
        return make_response(_page(shown, no_moment=str(refusal)), 400)
    played = _lucero().time.play(until)
    return redirect(_address(shown, since=played.began, until=until, anchor="moved"), 303)


def _can_move() -> bool:
    """Whether this process does everything: another one would have another clock."""
    return not request.environ.get("wsgi.multiprocess", False)


def _moment(name: str) -> dt.datetime | None:
    """An instant in the address of the page; None where there is none."""
    try:
        moment = dt.datetime.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _handsets() -> list[Handset]:
    """The phones that the address of the page names; a few to begin with where it names none."""
    named = [found for address in request.args.getlist("phone") if (found := handset(address))]
    return list(dict.fromkeys(named))[:MOST_PHONES] or _to_begin_with()


def _to_begin_with() -> list[Handset]:
    """A new family, and one that we know in each of a few languages."""
    with _lucero().database.reading() as session:
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
        with _lucero().database.reading() as session:
            wanted = unmet_number(session, [each.number for each in open_already])
    prefix = "whatsapp:" if request.args.get("channel") == "whatsapp" else ""
    added = handset(prefix + wanted.removeprefix("whatsapp:"))
    if added is None:
        return _page(open_already, refused=f"{wanted} is not a phone number.")
    if added not in open_already and len(open_already) >= MOST_PHONES:
        return _page(open_already, refused=f"{MOST_PHONES} phones are open: put one away first.")
    return redirect(_address([*open_already, added], added))


def _address(
    handsets: list[Handset],
    at: Handset | None = None,
    *,
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
    anchor: str | None = None,
) -> str:
    """The address of the page with these phones, scrolled to one of them; with what arrived since a moment, if given.

    `until`: the moment that was asked for, to which the clock may not have come.
    """
    return url_for(
        "simulator.phones",
        phone=[each.address for each in dict.fromkeys(handsets)],
        since=since and since.isoformat(),
        until=until and until.isoformat(),
        _anchor=at.key if at else anchor,
    )


def _page(handsets: list[Handset], refused: str = "", no_moment: str = "") -> str:
    since = _moment("since")
    with _lucero().database.reading() as session:
        shown = _phones_in_hand(session, handsets)
        content: dict[str, Any] = {
            "phones": shown,
            "known": known_families(session),
            "refused": refused,
            "here": _address(handsets),
            "addresses": [each.address for each in handsets],
            "language": "en",
            "language_tag": language_tag,
            "since": since,
            **_clock(session, handsets, shown[0].zone, since),
            "no_moment": no_moment,
        }
    return render_template("simulator.html", **content)


def _phones_in_hand(session: Session, handsets: list[Handset]) -> list[PhoneInHand]:
    numbers = [each.number for each in handsets]
    named, zones = known_families(session, numbers), family_zones(session, numbers)
    return [
        PhoneInHand(
            handset=each,
            whose=named.get(each.number, "A new family"),
            zone=zones[each.number],
            bubbles=thread(session, each.number, each.channel, zone=zones[each.number]),
            without=_address([other for other in handsets if other != each]),
        )
        for each in handsets
    ]


def _clock(session: Session, handsets: list[Handset], zone: str, since: dt.datetime | None) -> dict[str, Any]:
    """What the page shows of the clock, and of what arrived since it was moved."""
    now, until = _lucero().clock(), _moment("until")
    return {
        "now": now,
        "local_now": now.astimezone(zone_of(zone)).strftime("%Y-%m-%dT%H:%M"),
        "zone": zone,
        "in_words": in_words,
        "next": NEXT,
        "can_move": _can_move(),
        "one_process": ONE_PROCESS,
        "moved": arrivals(session, handsets, since, now) if since is not None else None,
        "still_ahead": until if until is not None and until > now else None,
        "opened": lambda other: _address([*handsets[: MOST_PHONES - 1], other], other, since=since),
    }
