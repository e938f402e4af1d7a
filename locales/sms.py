"""How a text is spelled and counted as SMS.

A segment holds 160 septets of GSM-7, or 70 units of UCS-2 once a single character needs it; of
several segments each holds 153 or 67. Counted as Twilio counts: extension characters cost two
septets, and neither they nor a cluster of code points that shows as one character is ever cut.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")
_GSM_7 = _BASIC | _EXTENSION
_LATIN = re.compile(r"[\u0020-\u02ff]*")  # each of these shows as one character

_Spelling = Callable[[str], str]


def _spelling(plain: dict[str, str]) -> _Spelling:
    """Writes each character as `plain` has it. (str.translate looks up every character: 10 times slower.)"""
    found = re.compile(f"[{re.escape(''.join(plain))}]")
    return lambda text: found.sub(lambda match: plain[match.group()], text)


# Only what GSM-7 lacks: é É ñ Ñ ü Ü ¿ ¡ à è ì ò ù Ç are in it and stay as they are.
_accents_off = _spelling(dict(zip("áíóúÁÍÓÚãõâêîôûÃÕÂÊÎÔÛçÀÈÌÒÙªº", "aiouAIOUaoaeiouAOAEIOUcAEIOUao", strict=True)))
_spaces_plain = _spelling(dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f", " ") | {"\u00ad": ""})
_typography_plain = _spelling(
    dict.fromkeys("‘’‚′", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑–—−•", "-") | {"…": "..."}
)

# Words that the fold would turn into another word in the very place where both make sense: whether
# the grandmother or the grandfather meets the bus, whether somebody could or can come.
_APART = re.compile(r"\b(?:(\w+)\s+)?(bisav[óô]|vov[óô]|av[óô]|pôde)\b", re.IGNORECASE)
# Said before it, one of these already tells which: "a avó" is still "a avo".
_TELLING = frozenset(
    ("a", "o", "à", "ao", "da", "do", "na", "no", "pela", "pelo", "uma", "um", "minha", "meu", "sua", "seu")
)


@dataclass(frozen=True)
class Segments:
    """What a text costs: `units` are septets of GSM-7 or 16-bit units of UCS-2."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    count: int


def segments(text: str) -> Segments:
    """What `text` costs as it stands; an empty text counts as one segment."""
    if _GSM_7.issuperset(text):
        septets = len(text) + sum(text.count(character) for character in _EXTENSION)
        return Segments("GSM-7", septets, _parts(septets, _septets(text), alone=160, joined=153))
    units = _utf16_units(text)
    sizes = repeat(1, units) if _LATIN.fullmatch(text) else map(_utf16_units, clusters(text))
    return Segments("UCS-2", units, _parts(units, sizes, alone=70, joined=67))


def fold(text: str) -> str:
    """`text` with the accents and typography that GSM-7 lacks made plain; all else is kept as it is."""
    return _accents_off(_typography_plain(_composed(text)))


def for_sms(text: str) -> str:
    """`text` as an SMS should spell it: in full, or folded where that saves a segment.

    Composed (NFC), with plain spaces. A text in letters that GSM-7 lacks anyway (K'iche', Mixtec,
    emoji) gains nothing from the fold, and so stays as its writer spelled it.
    """
    full = _composed(text)
    if segments(full).count == 1:
        return full
    spellings = [full, _typography_plain(full)]
    if not changes_meaning(full):
        spellings.append(fold(full))
    return min(dict.fromkeys(spellings), key=lambda spelling: segments(spelling).count)


def changes_meaning(text: str) -> bool:
    """Whether the fold would make one word of `text` into another that fits there as well."""
    return any(before.lower() not in _TELLING for before, _word in _APART.findall(_composed(text)))


def clusters(text: str) -> Iterator[str]:
    """The characters of `text` as a reader sees them, each with its marks, joiners and modifiers.

    Near enough to Unicode's grapheme clusters for what phones send: marks and variation selectors,
    emoji joined or coloured or made of tags, and flags. Line ends stay two characters, as Twilio has it.
    """
    cluster = ""
    for character in text:
        if cluster and not _belongs(character, cluster):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _composed(text: str) -> str:
    return _spaces_plain(unicodedata.normalize("NFC", text))


def _parts(total: int, sizes: Iterable[int], *, alone: int, joined: int) -> int:
    """How many segments hold pieces of these sizes, `total` together, none of them cut."""
    if total <= alone:
        return 1
    count, used = 1, 0
    for size in sizes:
        if used + size > joined:
            count, used = count + 1, 0
        used += size
    return count


def _septets(text: str) -> Iterable[int]:
    return (2 if character in _EXTENSION else 1 for character in text)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _belongs(character: str, cluster: str) -> bool:
    """Whether `character` shows as part of the cluster before it."""
    code = ord(character)
    if unicodedata.category(cluster[-1]) in {"Cc", "Zl", "Zp"}:
        return False
    if unicodedata.category(character) in {"Mn", "Me", "Mc"} or code in {0x200C, 0x200D}:
        return True
    if 0x1F3FB <= code <= 0x1F3FF or 0xE0020 <= code <= 0xE007F:  # skin colours; the tags of a flag
        return True
    if cluster[-1] == "\u200d":
        return unicodedata.category(character) == "So" and unicodedata.category(cluster[0]) == "So"
    return _is_flag_half(character) and len(cluster) == 1 and _is_flag_half(cluster)


def _is_flag_half(character: str) -> bool:
    return 0x1F1E6 <= ord(character) <= 0x1F1FF
