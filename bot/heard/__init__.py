"""How a text is understood: pure functions, no database, no web."""

from bot.heard.hearing import Heard, hear, hear_ahead, means_coming_back, warm
from bot.heard.waiting import Answer, Option, Waiting

__all__ = ["Answer", "Heard", "Option", "Waiting", "hear", "hear_ahead", "means_coming_back", "warm"]
