"""What keeps other people's scripts and pages out of ours: headers on every answer, and the origin of a form."""

from __future__ import annotations

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

HEADERS = {
    # Everything comes from ourselves: no inline script or style, no other host. Pico draws its ticks and arrows
    # as data: images; an image can run nothing.
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Addresses of ours may hold a number. "no-referrer" would take the Origin from our own forms too.
    "Referrer-Policy": "same-origin",
}


def protect(response: Response) -> Response:
    """Put the headers on an answer."""
    response.headers.update(HEADERS)
    return response


class SessionsOfPeople(SecureCookieSessionInterface):
    """Flask's signed sessions, but not for machines: what Twilio posts needs none, and opening one takes its time."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/twilio/"):
            return self.make_null_session(app)
        return super().open_session(app, request)


def is_from_our_page(request: Request, public_url: str) -> bool:
    """Tell whether a form was sent by a page of ours: for a form that changes something, and has no session to ask.

    Browsers say so themselves: in Sec-Fetch-Site (over https and on localhost), and in Origin with every post.
    Neither can be set by a page. What says nothing is not from a page of ours.
    """
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get("Origin", "")
    return origin in (public_url, f"http://{request.host}", f"https://{request.host}")
