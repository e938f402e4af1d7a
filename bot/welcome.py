"""The first text of a phone: who we are, what we never ask, how to end it; and which district it is likely for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from bot.heard import Heard
from bot.heard.sound import sound
from bot.heard.words import fold
from locales import _
from locales.sms import fold as fold_for_sms
from locales.sms import segments
from models.catalogue import Catalogue
from models.consents import note_consent
from models.family import ConsentKind
from models.organization import Organization
from models.phone_number import normalized
from models.task import Screening

if TYPE_CHECKING:
    from bot.caller import Caller
    from bot.conversing import Turn


def likely_district(caller: Caller, catalogue: Catalogue) -> Organization | None:
    """The district of a phone: as told; else, for a number we know nothing of, by its area code.

    The second is a guess that families see in the first reply and can correct; it is never stored, and never a
    zone (docs/decisions/0005).
    """
    told = catalogue.district_of(caller.organization_id)
    if told is not None:
        return told
    area = caller.number[2:5] if caller.number.startswith("+1") else ""
    return next((district for district in catalogue.districts if area and area in district.area_codes), None)


def likely_organization_id(caller: Caller, catalogue: Catalogue) -> int | None:
    """The school or district of a phone as told, else its likely district."""
    district = likely_district(caller, catalogue)
    return caller.organization_id or (district.id if district else None)


def note_program_number(turn: Turn) -> None:
    """A district may have a program number of its own: a text to it is for that district."""
    if turn.caller.organization_id is None:
        to = normalized(turn.inbound.to)
        owner = next((district for district in turn.catalogue.districts if to in district.numbers), None)
        turn.caller.organization_id = owner.id if owner else None


def opens_by_poster(turn: Turn) -> str | None:
    """The conversation that a word on a poster opens, if this text is such a word where the phone is likely to be.

    The registration questions are answered once: after that "hola" is a greeting.
    """
    word = sound(fold(turn.inbound.body))
    likely = likely_district(turn.caller, turn.catalogue)
    for district in turn.catalogue.districts if likely is None else [likely]:
        opens = next((opens for poster, opens in district.poster_words.items() if sound(poster) == word), None)
        if opens is not None and not _has_been_screened(turn):
            return opens
    return None


def _has_been_screened(turn: Turn) -> bool:
    mine = sa.select(Screening.id).where(Screening.phone_id == turn.caller.phone_id).limit(1)
    return turn.writing.connection.scalar(mine) is not None


def greet(turn: Turn, heard: Heard) -> None:
    """Put the notice in front of the first reply to a phone, and note that they wrote to us."""
    caller = turn.caller
    if caller.welcomed_at is not None or not turn.reply or caller.opted_out_at is not None:
        return
    notice = full_notice() if heard.intent == "greeting" else _notice_that_fits(turn)
    turn.reply.insert(0, notice)
    caller.welcomed_at = turn.now
    note_consent(
        turn.writing.connection,
        caller.phone_id,
        ConsentKind.OPT_IN,
        how="texted us",
        words_shown=notice,
        language=caller.language,
        at=turn.now,
    )


def _notice_that_fits(turn: Turn) -> str:
    """The fullest notice that leaves the reply in one segment; the shortest where none does."""
    district = likely_district(turn.caller, turn.catalogue)
    notices = short_notices(district)
    answer = " ".join(turn.reply)
    fitting = (notice for notice in notices if segments(fold_for_sms(f"{notice} {answer}")).count == 1)
    return next(fitting, notices[-1])


def full_notice() -> str:
    """The privacy notice, one segment."""
    return _(
        "This is the school family line. We never ask about papers or immigration. "
        "We use your number only for school programs. Reply STOP to end."
    )


def short_notices(district: Organization | None) -> list[str]:
    """The notice for a first text that asks for something, from the fullest to the shortest."""
    notices = [
        _("Hi. School family line. We never ask about papers. STOP = no more messages."),
        _("Hi. School family line. STOP = no more messages."),
        _("Hi. STOP = no more texts."),
    ]
    if district is None:
        return notices
    here = _(
        "Hi. School family line, %(place)s. We never ask about papers. STOP = no more messages.",
        place=district.known_as,
    )
    return [here, *notices]
