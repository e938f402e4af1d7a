"""What a text does to the open conversations of a phone: goes on with one, opens another, steps back, or ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from bot import doubts, family_language, opted_out, side_questions, two_questions, welcome
from bot.caller import Caller
from bot.conversations import CONVERSATIONS, OPENED_BY, REPLACES_ALL
from bot.conversations.shared_phone import asks_who, holds
from bot.heard import Heard, hear
from bot.heard.waiting import Waiting
from bot.talk import WORDS, Question, Stopped, Talk
from bot.writing import Writing
from locales import _, speaking, written_in
from models.arrivals import Inbound
from models.catalogue import Catalogue
from models.place import Place

LONG_GAP = dt.timedelta(hours=6)
"""After this the family is told what the question is about."""


@dataclass
class Turn:
    """All that a text may change, and the sentences of the reply so far."""

    caller: Caller
    catalogue: Catalogue
    writing: Writing
    inbound: Inbound
    now: dt.datetime
    reply: list[str] = field(default_factory=list)


def respond(turn: Turn, answered_by_twilio: str | None = None) -> str | None:
    """Answer the text; None is silence. The caller's places, language and consent are changed on the way."""
    text = turn.inbound.body.strip()
    heard = _hear(turn, text)
    if not family_language.picks_a_language(turn.caller, heard, text):
        family_language.note_language(turn.caller, heard, text)
    with speaking(written_in(turn.caller.language)):
        if answered_by_twilio is not None:
            _follow_twilio(turn, answered_by_twilio)
            return None
        if turn.caller.opted_out_at is not None:
            _hear_opted_out(turn, heard)
        else:
            welcome.note_program_number(turn)
            if asks_who(turn.caller, turn.writing, heard, turn.now):
                run(turn, None)
            else:
                _go(turn, heard, text)
        welcome.greet(turn, heard)
        return as_one_text(turn.reply) or None


def as_one_text(parts: list[str]) -> str:
    """The sentences of a reply; one that ends with a word to write (…: ALL) must not run into the next."""
    ended = [f"{part}." if part[-1:].isalnum() else part for part in parts[:-1]]
    return " ".join([*ended, *parts[-1:]])


def _hear(turn: Turn, text: str) -> Heard:
    place = turn.caller.place
    # Over the menu a request is a request, also where it holds a word of an option.
    kind = place.kind if place is not None and place.waiting and place.conversation != "menu" else ""
    waiting = Waiting(kind) if kind and kind != WORDS else None
    return hear(text, waiting=waiting, language=turn.caller.language, today=turn.now.date())


def _follow_twilio(turn: Turn, word: str) -> None:
    """Twilio has answered STOP, START or HELP itself: only our state follows, in silence."""
    conversation = {"STOP": "opt_out", "START": "come_back"}.get(word.upper())
    if conversation is not None:
        _open(turn, conversation, word, about={"how": "Twilio"})


def _hear_opted_out(turn: Turn, heard: Heard) -> None:
    """Someone who opted out: coming back is one word. A request is told so; anything else is met with silence."""
    conversation = opted_out.opens(heard)
    if conversation is not None:
        _open(turn, conversation, heard.text)
    elif opted_out.wants_something(heard) and not opted_out.was_told(turn.writing.connection, turn.caller, turn.now):
        turn.reply.append(opted_out.how_to_come_back(turn.caller))


def _go(turn: Turn, heard: Heard, text: str) -> None:
    """Do what the text asks: a word that works everywhere, the answer to what waits, or something new."""
    place = turn.caller.place
    if not text:
        _hear_nothing(turn)
    elif place is not None and family_language.picks_a_language(turn.caller, heard, text):
        run(turn, text)
    elif asked_first := doubts.asked_first(heard):
        if place is not None and doubts.may_answer_all_the_same(place, asked_first):
            run(turn, text)
        else:
            _open(turn, asked_first, text)
    elif holds(place, heard):
        run(turn, None)
    elif heard.sure and heard.intent in COMMANDS:
        COMMANDS[heard.intent](turn, text)
    elif two_questions.fits_both(turn, heard):
        _open(turn, "which_question", "", about={"text": text})
    elif two_questions.fits_only_below(turn, heard):
        turn.caller.places[-2:] = reversed(turn.caller.places[-2:])
        run(turn, text)
    elif place is not None and not (place.conversation == "menu" and heard.sure and heard.intent in OPENED_BY):
        run(turn, text, heard=heard)
    else:
        _start(turn, heard, text)


def run(turn: Turn, text: str | None, asked: str | None = None, heard: Heard | None = None) -> None:
    """Run the newest conversation: with a text, or only to ask its question. `asked`: a side question to answer."""
    place = turn.caller.places[-1]
    conversation = CONVERSATIONS.get(place.conversation)
    if conversation is None:  # left by another release
        turn.caller.places.pop()
        _ask_what_is_open(turn)
        return
    talk = Talk(turn.caller, turn.catalogue, turn.writing, text, turn.now)
    talk.place = place
    talk.asked = asked
    talk.heard = (place.kind, heard) if heard is not None else None
    try:
        conversation.function(talk)
    except Stopped as stop:
        turn.writing.must_be_clean()
        if stop.heard is None:
            _pose(turn, talk, stop.question)
        else:
            _not_answered(turn, talk, stop.question, stop.heard)
    else:
        _end(turn, talk)


def _pose(turn: Turn, talk: Talk, question: Question, wording: str | None = None) -> None:
    """Send the question (in another wording, if one is given), and remember what was offered."""
    place = talk.place
    resuming = CONVERSATIONS[place.conversation].resuming()
    if place.since_asked(turn.now) > LONG_GAP and place.conversation != "menu" and resuming not in talk.said:
        talk.said.insert(0, resuming)
    side_questions.answer_pending(talk)
    asked_before = place.waiting == question.key
    place.waiting, place.kind, place.offered = question.key, question.kind, list(question.offered)
    place.asked_at = turn.now.isoformat()
    if not asked_before:
        place.misses = 0
    shorter = question.repeat if asked_before else None
    turn.reply += [*talk.said, wording or shorter or question.text]


def _not_answered(turn: Turn, talk: Talk, question: Question, heard: Heard) -> None:
    """The text does not answer the question: it asks something, wants something else, or is not understood."""
    talk.asked = heard.question
    opens = OPENED_BY.get(heard.intent or "") if heard.sure and heard.intent != "greeting" else None
    asked_first = doubts.asked_first(heard)
    if talk.place.conversation in doubts.ASKED_FIRST and (opens or talk.place.since_asked(turn.now) > LONG_GAP):
        _leave_unanswered(turn)
    elif asked_first is not None and asked_first != talk.place.conversation:
        _open(turn, asked_first, heard.text)
    elif talk.place.conversation == "sign_up" and heard.intent in MID_SIGN_UP:
        MID_SIGN_UP[heard.intent](turn, heard.text)
    elif opens == "sign_up" and side_questions.names_another_program(talk, heard.text):
        turn.caller.places.remove(talk.place)
        _open(turn, opens, heard.text)
    elif side_questions.answer_pending(talk):
        _pose(turn, talk, question)
    elif opens is not None and opens != talk.place.conversation:
        _open(turn, opens, heard.text)
    elif opens == "sign_up" and "offering" in talk.place.answers:
        talk.say(_("First let us finish this one. Then write to me again."))
        _pose(turn, talk, question)
    elif heard.intent == "thanks":
        talk.say(_("You're welcome."))
        _pose(turn, talk, question)
    elif heard.intent == "greeting" and talk.place.conversation != "menu":
        talk.say(CONVERSATIONS[talk.place.conversation].resuming())
        _pose(turn, talk, question)
    else:
        _miss(turn, talk, question)


def _leave_unanswered(turn: Turn) -> None:
    """They were asked what they meant, and write of something else: what "no more" was said to is left at that."""
    about = turn.caller.places.pop()
    below = turn.caller.place
    if about.conversation == "unsure_opt_out" and below is not None and below.conversation == "sign_up":
        turn.caller.places.pop()
    text = turn.inbound.body.strip()
    _go(turn, _hear(turn, text), text)


def _miss(turn: Turn, talk: Talk, question: Question) -> None:
    """Ask again, more gently; after the second time, with a person on offer."""
    talk.place.misses += 1
    if talk.place.misses >= 2:
        talk.say(_("Sorry, I did not understand. Write PERSON and someone will call you."))
    elif question.again is None:
        talk.say(_("Sorry, I did not understand."))
    _pose(turn, talk, question, question.again if talk.place.misses == 1 else question.repeat)


def _end(turn: Turn, talk: Talk) -> None:
    """A conversation has ended: what it wrote stands. Go on with what follows, or with what was open before."""
    turn.writing.keep()
    doubts.settle(turn, talk.place)
    if talk.place in turn.caller.places:
        turn.caller.places.remove(talk.place)
    ends_here = talk.replay is None and talk.anew is None and talk.next is None
    of_a_program = ends_here and side_questions.asks_of_a_program(talk)
    if turn.caller.opted_out_at is None and not of_a_program:  # where it is of a program, the sign-up answers it
        side_questions.answer_pending(talk)
    turn.reply += talk.said
    if talk.replay is not None:
        _take_again(turn, talk.replay)
    elif talk.anew is not None:
        _go(turn, _hear(turn, talk.anew), talk.anew)
    elif talk.next is not None:
        _open(turn, talk.next.conversation, talk.next.opening, about=talk.next.about)
    elif of_a_program:
        _open(turn, "sign_up", talk.taken)
    elif turn.caller.places and turn.caller.opted_out_at is None:
        run(turn, None)


def _take_again(turn: Turn, text: str) -> None:
    """Let what is open now take a text; where nothing is, it begins something as any text does."""
    if turn.caller.places:
        run(turn, text)
    else:
        _go(turn, _hear(turn, text), text)


def _open(turn: Turn, conversation: str, opening: str, *, about: dict[str, object] | None = None) -> None:
    opened = Place(conversation, about=about or {}, opening=opening)
    doubts.note(turn, opened)
    kept = [] if conversation in REPLACES_ALL else turn.caller.places
    turn.caller.places[:] = [place for place in kept if place.conversation not in {"menu", *doubts.ASKED_FIRST}]
    turn.caller.places.append(opened)
    heard = hear(opening, language=turn.caller.language, today=turn.now.date()) if opening else None
    run(turn, None, heard.question if heard else None)


def _start(turn: Turn, heard: Heard, text: str) -> None:
    """Nothing is open: begin what they ask for, or show the menu."""
    by_poster = welcome.opens_by_poster(turn)
    conversation = by_poster or OPENED_BY.get(heard.intent or "")
    if conversation in (None, "first_words") and side_questions.names_program(text, turn.caller, turn.catalogue):
        conversation = "sign_up"  # "hi, the vaccine clinic, what day is it"
    if conversation is not None:
        _open(turn, conversation, text)
    elif heard.intent == "thanks":
        turn.reply.append(_("You're welcome."))
    else:
        _open(turn, "first_words", text)


def _hear_nothing(turn: Turn) -> None:
    """A picture, a voice note, a place on the map, or nothing at all."""
    if turn.inbound.media:
        turn.reply.append(
            _("I can only read text here. Write a word or a number, or PERSON and someone will call you.")
        )
    _ask_what_is_open(turn)


def _ask_what_is_open(turn: Turn) -> None:
    """Ask what is open once more; the menu, where nothing is."""
    if turn.caller.places:
        run(turn, None)
    else:
        _open(turn, "menu", "")


def _step_back(turn: Turn, _text: str) -> None:
    place = turn.caller.place
    if place is not None and not place.step_back():
        doubts.settle(turn, turn.caller.places.pop())
    _ask_what_is_open(turn)


def _change_language(turn: Turn, text: str) -> None:
    heard = hear(text, language=turn.caller.language, today=turn.now.date())
    wanted = family_language.language_asked_for(heard, text)
    turn.caller.places[:] = [place for place in turn.caller.places if place.conversation != "language"]
    if family_language.is_in_full(wanted):
        turn.reply.append(_("OK, English from now on."))
        _ask_what_is_open(turn)
    else:
        _open(turn, "language", text, about={"wanted": wanted} if wanted else {})


def _opens(conversation: str) -> Callable[[Turn, str], None]:
    def command(turn: Turn, text: str) -> None:
        _open(turn, conversation, text)

    return command


COMMANDS: dict[str, Callable[[Turn, str], None]] = {
    "opt_out": _opens("opt_out"),
    "wrong_number": _opens("wrong_number"),
    "pause": _opens("pause"),
    "opt_in": _opens("come_back"),
    "menu": _opens("menu"),
    "help": _opens("help"),
    "person": _opens("person"),
    "language": _change_language,
    "back": _step_back,
}
"""Words that work at every step."""
MID_SIGN_UP = {"change": _step_back, "remove": _opens("unsure_opt_out")}
"""These are about the sign-up that is being made, not about one that stands."""
