"""A text cut into words, figures and signs that remember how they were typed and what number they say."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from bot.heard.words import fold

_PIECE = re.compile(r"[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*|\d+|[#%+½]")
_LONGEST = 1600
_MOST_FIGURES = 6


@dataclass(frozen=True, slots=True)
class Token:
    """One word or figure: as typed, folded, its value if written in figures, and what stood before it."""

    raw: str
    plain: str
    figure: int | None
    before: str

    @property
    def glued(self) -> bool:
        """Whether it followed the token before without a space (`3` and `ro` of `3ro`)."""
        return self.before == ""


@lru_cache(maxsize=1 << 14)
def _plain(raw: str) -> str:
    return fold(raw).replace(" ", "")


def _figure(raw: str) -> int | None:
    return int(raw) if raw.isdecimal() and len(raw) <= _MOST_FIGURES else None


@lru_cache(maxsize=512)
def tokens(text: str) -> tuple[Token, ...]:
    """The words, figures and signs of a text in their order. Emoji and punctuation only stand in `before`."""
    whole = unicodedata.normalize("NFC", text[:_LONGEST]).replace("º", "o").replace("ª", "a")
    found: list[Token] = []
    end = 0
    for piece in _PIECE.finditer(whole):
        raw = piece.group()
        before = whole[end : piece.start()]
        if plain := _plain(raw) or raw:
            found.append(Token(raw, plain, _figure(raw), before if found else before or " "))
        end = piece.end()
    return tuple(found)


def plain_words(text: str) -> list[str]:
    """The folded words and figures of a text."""
    return [token.plain for token in tokens(text)]
