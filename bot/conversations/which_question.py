"""Two questions are open and a bare answer fits both: ask which one it is for."""

from __future__ import annotations

from bot.talk import Choice, Talk
from locales import _


def which_question(talk: Talk) -> None:
    """> sí   < ¿A cuál contesta? 1 Lo último que le escribí 2 Lo de antes"""
    chosen = talk.choose(
        "which",
        [Choice("newest", _("My last message")), Choice("before", _("What we were doing before"))],
        ask=_("Which one do you mean?"),
    )
    below = talk.caller.places[:-1]
    if chosen == "before" and len(below) > 1:
        talk.caller.places[:] = [*below[:-2], below[-1], below[-2], talk.place]
    talk.replay = str(talk.place.about["text"])
