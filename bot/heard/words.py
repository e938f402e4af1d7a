"""A text as plain words: the same for `¡SÍ!`, `si` and `Siii`."""

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile(r"(?<=\w)['’‘`´ʼ](?=\w)")
_STRETCHED = re.compile(r"([^\W\d])\1{2,}")


def fold(text: str) -> str:
    """Lower case, no accents (`ñ` becomes `n`), no punctuation or emoji, one space between words.

    An apostrophe inside a word joins it (`can't` -> `cant`), a letter repeated three times or more
    stays once (`siii` -> `si`).
    """
    low = _APOSTROPHES.sub("", text.casefold())
    if not low.isascii():
        spread = unicodedata.normalize("NFKD", low)
        low = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return _NOT_A_WORD.sub(" ", _STRETCHED.sub(r"\1", low)).strip()


def words(text: str) -> list[str]:
    """The words of a text, folded, in their order."""
    return fold(text).split()
