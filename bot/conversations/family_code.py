"""The code that a family is recognised by from another number."""

from __future__ import annotations

from bot.family_codes import code_told
from bot.talk import Talk
from locales import _
from models.family import Family


def family_code(talk: Talk) -> None:
    """> mi código   < Su código de familia: BX7K2M. Guárdelo: …   A code that comes along is looked at."""
    opening, family_id = talk.place.opening, talk.caller.family_id
    if family_id is None or code_told(opening) is not None:
        talk.say(_("I do not know this number yet.") if code_told(opening) is None else "")
        talk.go_on("new_number", opening=opening)
        return
    code = talk.writing.session.get_one(Family, family_id).code
    talk.say(_("Your family code: %(code)s. Keep it: with it we know you from another number.", code=code))
