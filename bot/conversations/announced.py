"""What a family answers when we tell it of a program that has room for its children."""

from __future__ import annotations

from bot.talk import Talk
from locales import _
from models.agenda import decline


def announced(talk: Talk) -> None:
    """< Hay lugar para Beto: Verano, desde el 6 jul. … 1 Sí 2 No   > si   < ¿Cuántos hijos …"""
    offering = str(talk.place.about["offering"])
    programs = [program for program in talk.catalogue.open_programs if program.offering == offering]
    if not programs:
        talk.replay = talk.text
        return
    talk.subject = programs[0]
    if talk.yes("want", ask=_("Do you want to sign up?")):
        talk.go_on("sign_up", offering=offering)
    else:
        if talk.caller.family_id is not None:
            decline(talk.writing.connection, talk.caller.family_id, [program.id for program in programs])
        talk.say(_("All right. Write MENU to see other programs."))
