"""A freed seat that we offered: the family takes it, gives it back, or comes too late and may wait again."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from bot.heard import hear
from bot.heard.mentions import strength
from bot.heard.waiting import Waiting
from bot.talk import Question, Talk
from bot.tasks import add_task, agreed_times
from bot.wording import times_in_words
from locales import _, n_
from models import offers
from models.offers import HasBegun
from models.place import Place
from models.program import Program, ProgramStatus
from models.seats import AlreadyEnrolled, Enrolled, Waitlisted
from models.sign_up import SignUp, SignUpStatus
from models.task import TaskKind
from notifications.agenda.offer_words import Offered, offer_text, who_in_words
from notifications.program_words import stop_in_words

PASSED_ON = (SignUpStatus.UNREACHED, SignUpStatus.DECLINED)


def offer(talk: Talk) -> None:
    """< Hay lugar para Lupita en preescolar, …   > siii   < Listo, Lupita tiene lugar. Mismo bus que Beto: …"""
    _turn_to_whom_they_name(talk)
    sign_up = _sign_up(talk, talk.place)
    if sign_up is None:
        _take_as_something_else(talk)
        return
    program = talk.catalogue.programs[sign_up.program_id]
    talk.subject = program
    ahead = offers.begins_at(program, sign_up.slot) > talk.now and program.status is not ProgramStatus.CANCELLED
    if ahead and sign_up.status is SignUpStatus.OFFERED:
        _ask(talk, sign_up, program)
    elif ahead and sign_up.status in PASSED_ON and talk.place.answers.get("take"):
        _offer_to_wait_again(talk, sign_up)
    else:
        _hear_too_late(talk, sign_up, ahead=ahead)


def give_back(talk: Talk, place: Place) -> None:
    """They leave an offer that lay open, in other words than no."""
    sign_up = _sign_up(talk, place)
    if sign_up is not None:
        _give_back(talk, sign_up)


def _sign_up(talk: Talk, place: Place) -> SignUp | None:
    """The family's sign-up that an offer is about, as it is now."""
    mine = sa.select(SignUp).where(
        SignUp.id == place.about.get("sign_up"), SignUp.family_id == (talk.caller.family_id or 0)
    )
    mine = mine.options(joinedload(SignUp.student), joinedload(SignUp.slot), joinedload(SignUp.stop))
    return talk.writing.session.scalar(mine.execution_options(populate_existing=True))


def _turn_to_whom_they_name(talk: Talk) -> None:
    """Two children may be offered a seat at once: an answer that names the other one is for that one."""
    if talk.text is None or talk.place.waiting != "take" or _is_named(talk, talk.place):
        return
    for place in talk.caller.places:
        is_another = place is not talk.place and place.conversation == "offer" and place.waiting == "take"
        if is_another and _is_named(talk, place):
            talk.place.about, place.about = place.about, talk.place.about
            return


def _is_named(talk: Talk, place: Place) -> bool:
    sign_up = _sign_up(talk, place)
    name = sign_up.student.name if sign_up and sign_up.student else None
    return name is not None and strength(talk.text or "", (name,)) > 0


# --- while it stands ------------------------------------------------------------------------------------------------


def _ask(talk: Talk, sign_up: SignUp, program: Program) -> None:
    zone = str(talk.place.about.get("zone", program.zone))
    said = offer_text(Offered(sign_up, program, zone, talk.now))
    again = _("Do you want the place for %(name)s? 1 Yes 2 No", name=who_in_words(sign_up))
    if talk.answer(Question("take", "yes_no", said, again, repeat=again)):
        _take(talk, sign_up, program)
    else:
        _give_back(talk, sign_up)


def _take(talk: Talk, sign_up: SignUp, program: Program) -> None:
    outcome = offers.take(talk.writing.session, sign_up, now=talk.now)
    if isinstance(outcome, Enrolled):
        _tell_enrolled(talk, sign_up, program)
    elif isinstance(outcome, AlreadyEnrolled):
        _say_it_is_theirs(talk, sign_up)
    elif isinstance(outcome, HasBegun):
        _say_it_has_begun(talk)
    else:
        _offer_to_wait_again(talk, sign_up)


def _tell_enrolled(talk: Talk, sign_up: SignUp, program: Program) -> None:
    name = who_in_words(sign_up)
    people = 1 if sign_up.student is not None else sign_up.heads
    talk.say(n_("Done, %(name)s has a place.", "Done, %(name)s have a place.", people, name=name))
    talk.say(_ride(talk, sign_up, program))
    if program.confirmed_by_staff:
        when = agreed_times(talk)
        add_task(talk, TaskKind.CONFIRM, program=program, when=when)
        talk.say(
            _("The school will call you %(when)s to confirm.", when=times_in_words(when))
            if when
            else _("The school will call you to confirm.")
        )


def _ride(talk: Talk, sign_up: SignUp, program: Program) -> str:
    """Mismo bus que Beto: Brightwood 6:00am."""
    if sign_up.stop is None:
        return ""
    stop = stop_in_words(sign_up.stop).removeprefix("Bus ")
    for sibling in _siblings(talk, sign_up):
        rides_along = talk.catalogue.programs[sibling.program_id].offering == program.offering
        same = sibling.stop is not None and stop_in_words(sibling.stop).removeprefix("Bus ") == stop
        if rides_along and same and sibling.student is not None and sibling.student.name:
            return _("Same bus as %(name)s: %(stop)s.", name=sibling.student.name, stop=stop)
    return _("Bus %(stop)s.", stop=stop)


def _siblings(talk: Talk, sign_up: SignUp) -> list[SignUp]:
    others = sa.select(SignUp).where(
        SignUp.family_id == sign_up.family_id,
        SignUp.id != sign_up.id,
        SignUp.status == SignUpStatus.ENROLLED,
        SignUp.stop_id.is_not(None),
    )
    others = others.options(joinedload(SignUp.student), joinedload(SignUp.stop)).order_by(SignUp.id)
    return list(talk.writing.session.scalars(others))


def _give_back(talk: Talk, sign_up: SignUp) -> None:
    outcome = offers.decline(talk.writing.session, sign_up, now=talk.now)
    if isinstance(outcome, AlreadyEnrolled):
        _say_it_is_theirs(talk, sign_up)
    else:
        _say_it_goes_on(talk)


def _say_it_goes_on(talk: Talk) -> None:
    talk.say(_("All right. Then it goes to another family. Thank you for telling me."))


def _say_it_is_theirs(talk: Talk, sign_up: SignUp) -> None:
    talk.say(_("%(name)s: the place is yours already. To change, send CHANGE.", name=who_in_words(sign_up)))


def _say_it_has_begun(talk: Talk) -> None:
    talk.say(_("Sorry, it has begun already. Write PERSON and someone will call you."))


# --- once it is over ------------------------------------------------------------------------------------------------


def _hear_too_late(talk: Talk, sign_up: SignUp, *, ahead: bool) -> None:
    """A yes or a no to what is settled is met kindly; anything else is about something else."""
    wants = _yes_or_no(talk)
    if wants is None:
        _take_as_something_else(talk)
    elif sign_up.status is SignUpStatus.ENROLLED:
        _say_it_is_theirs(talk, sign_up)
    elif not wants:
        _say_it_goes_on(talk)
    elif not ahead:
        _say_it_has_begun(talk)
    elif sign_up.status in PASSED_ON:
        talk.place.take("take", value=True)
        talk.text = None
        _offer_to_wait_again(talk, sign_up)
    else:
        _take_as_something_else(talk)


def _yes_or_no(talk: Talk) -> bool | None:
    if talk.text is None:
        return None
    heard = hear(talk.text, waiting=Waiting("yes_no"), language=talk.caller.language, today=talk.now.date())
    return heard.answer if isinstance(heard.answer, bool) else None


def _take_as_something_else(talk: Talk) -> None:
    """The question is over: what they write is for what was open before, or something new."""
    talk.replay = talk.text


def _offer_to_wait_again(talk: Talk, sign_up: SignUp) -> None:
    """> si   < Lo siento, ya no pudimos guardar el lugar para Lupita. ¿Le pongo otra vez en la lista …?"""
    name = who_in_words(sign_up)
    sorry = _("Sorry, we could not keep the place for %(name)s any longer.", name=name)
    again = _("Shall I put you on the waiting list again?")
    if not talk.yes("wait", ask=f"{sorry} {again}", again=again):
        talk.say(_("All right."))
        return
    outcome = offers.wait_again(talk.writing.session, sign_up, now=talk.now)
    if isinstance(outcome, Waitlisted):
        said = _("Done. %(name)s is number %(n)s on the waiting list.", name=name, n=outcome.position)
        talk.say(said)
        talk.say(_("If there is a place, I will text you."))
    elif isinstance(outcome, Enrolled):
        _tell_enrolled(talk, outcome.sign_up, talk.catalogue.programs[sign_up.program_id])
    elif isinstance(outcome, AlreadyEnrolled):
        talk.say(_("%(name)s was on the list already.", name=name))
    else:
        talk.say(_("Sign-up for this program is closed."))
