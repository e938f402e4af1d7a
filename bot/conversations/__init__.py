"""All conversations, by the name under which a place keeps them: our table of contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.conversations.announced import announced
from bot.conversations.consent import (
    come_back,
    opt_out,
    pause,
    unsure_opt_out,
    unsure_wrong_number,
    wrong_number,
)
from bot.conversations.family_code import family_code
from bot.conversations.find_contact import find_contact
from bot.conversations.language import language
from bot.conversations.menu import first_words, help_, menu
from bot.conversations.moved import moved
from bot.conversations.my_sign_ups import my_sign_ups, news, not_coming
from bot.conversations.new_number import new_number, old_number
from bot.conversations.offer import offer
from bot.conversations.person import person
from bot.conversations.reminded import late, reminded
from bot.conversations.screener import screener
from bot.conversations.shared_phone import both_families, shared_phone, who_is_writing
from bot.conversations.sign_up import sign_up
from bot.conversations.tell_staff import enrol, resources
from bot.conversations.which_question import which_question
from bot.conversations.work_day import work_day
from bot.talk import Talk
from locales import _


@dataclass(frozen=True)
class Conversation:
    """A conversation, and the words that bring a family back into it after a long gap."""

    function: Callable[[Talk], None]
    resuming: Callable[[], str] = lambda: _("Where we were:")


CONVERSATIONS = {
    "menu": Conversation(menu),
    "first_words": Conversation(first_words),
    "help": Conversation(help_),
    "find_contact": Conversation(find_contact, lambda: _("You were looking for your contact.")),
    "sign_up": Conversation(sign_up, lambda: _("You were in the middle of a sign-up.")),
    "my_sign_ups": Conversation(my_sign_ups, lambda: _("You were looking at your sign-ups.")),
    "not_coming": Conversation(not_coming, lambda: _("You were looking at your sign-ups.")),
    "news": Conversation(news),
    "offer": Conversation(offer, lambda: _("There is a place that I wrote to you about.")),
    "screener": Conversation(screener, lambda: _("You were answering the short questions.")),
    "person": Conversation(person, lambda: _("You asked for a person to call you.")),
    "language": Conversation(language),
    "opt_out": Conversation(opt_out),
    "unsure_opt_out": Conversation(unsure_opt_out),
    "unsure_wrong_number": Conversation(unsure_wrong_number),
    "come_back": Conversation(come_back),
    "wrong_number": Conversation(wrong_number),
    "pause": Conversation(pause),
    "moved": Conversation(moved, lambda: _("You were telling me that you move.")),
    "new_number": Conversation(new_number, lambda: _("You were telling me your family code.")),
    "old_number": Conversation(old_number),
    "family_code": Conversation(family_code),
    "shared_phone": Conversation(shared_phone),
    "both_families": Conversation(both_families),
    "who_is_writing": Conversation(who_is_writing),
    "enrol": Conversation(enrol),
    "resources": Conversation(resources),
    "late": Conversation(late),
    "work_day": Conversation(work_day, lambda: _("You were telling me your work hours.")),
    "reminded": Conversation(reminded, lambda: _("About what I reminded you of:")),
    "announced": Conversation(announced),
    "which_question": Conversation(which_question),
}

OPENED_BY = {
    "greeting": "first_words",
    "find_contact": "find_contact",
    "sign_up": "sign_up",
    "my_sign_ups": "my_sign_ups",
    "change": "my_sign_ups",
    "remove": "not_coming",
    "not_coming": "not_coming",
    "late": "late",
    "moved": "moved",
    "new_number": "new_number",
    "family_code": "family_code",
    "shared_phone": "shared_phone",
    "work_day": "work_day",
    "enrol": "enrol",
    "resources": "resources",
    "screener": "screener",
}
"""What a text is about (bot/heard/intents.py) -> the conversation that it opens."""

REPLACES_ALL = {"menu", "opt_out", "wrong_number"}
"""These end whatever was open."""
