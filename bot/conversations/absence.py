"""Missing one day of several: the place stays, and staff know."""

from __future__ import annotations

import datetime as dt

from bot.talk import Talk
from bot.tasks import add_task
from locales import _
from models.offers import begins_at
from models.program import Program
from models.sign_up import SignUp
from models.task import TaskKind

SOON = dt.timedelta(days=2)
"""So long before the first day, who does not come misses that day; earlier, they give up the place."""


def is_once(program: Program, sign_up: SignUp) -> bool:
    """Tell whether not coming is giving it up: a booked time, or an event of one day."""
    return program.starts_on == program.ends_on or sign_up.slot_id is not None


def misses_a_day(talk: Talk, program: Program, sign_up: SignUp) -> bool:
    """Tell whether somebody who does not come means a day of something that goes on."""
    return not is_once(program, sign_up) and talk.now > begins_at(program) - SOON


def note_absence(talk: Talk, program: Program, words: str) -> None:
    """Tell staff who does not come on a day, in the family's words."""
    add_task(talk, TaskKind.ABSENT, program=program, words=words)
    talk.say(_("Thank you for telling us. You keep your place. To leave the program, send REMOVE."))
