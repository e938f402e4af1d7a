"""What a family is told of a program that its children could come to."""

from __future__ import annotations

from collections.abc import Sequence

from locales import _, speaking
from locales.dates import listing, short_day
from locales.sms import for_sms, segments
from models.family import Student
from models.offers import first_day
from models.program import Program
from notifications.program_words import in_words, years, yes_or_no


def announcement_text(program: Program, children: Sequence[Student], language: str, *, again: bool) -> str:
    """Return the text: the program, its first day, and for whom there is room. `again`: a week later."""
    with speaking(language):
        names = listing([child.name or years(child.age) for child in children])
        what, day = in_words(program.title), short_day(first_day(program))
        if again:
            told = _("There is still room for %(names)s: %(what)s, from %(day)s.", names=names, what=what, day=day)
        else:
            told = _("There is room for %(names)s: %(what)s, from %(day)s.", names=names, what=what, day=day)
        asked = " ".join([_("Do you want to sign up?"), yes_or_no()])
        where = f" {program.place}." if program.place else ""
        full = f"{told}{where} {asked}"
        return full if segments(for_sms(full)).count == 1 else f"{told} {asked}"
