"""How things are said: `_` and `n_` translate now, in the language that `speaking` has set."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from locales.languages import LANGUAGES, current_catalog, current_language, speaking, written_in

__all__ = ["LANGUAGES", "_", "current_language", "n_", "speaking", "written_in"]


def _(text: str, /, **values: object) -> str:
    """`text` in the current language, its %(name)s filled from `values`; English if untranslated."""
    said = _translations(current_catalog()).gettext(text) if text else ""
    return said % values if values else said


def n_(one: str, many: str, number: int, /, **values: object) -> str:
    """`one` or `many`, whichever the language uses for `number`; %(n)s is the number itself."""
    said = _translations(current_catalog()).ngettext(one, many, number)
    return said % {"n": number, **values}


@cache
def _translations(catalog: str) -> GNUTranslations:
    return compiled(Path(__file__).parent / catalog / "LC_MESSAGES" / "lucero.po")


def compiled(path: Path) -> GNUTranslations:
    """The catalog in that .po file, compiled in memory; what is marked fuzzy is left out."""
    # Babel's tools take 100 ms to import: a process that says nothing to families does not wait for them.
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see above
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see above

    binary = BytesIO()
    with path.open("rb") as source:
        write_mo(binary, read_po(source))
    binary.seek(0)
    return GNUTranslations(binary)
