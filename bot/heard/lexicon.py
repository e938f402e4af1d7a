"""Where the words come from: TOML files under locales/lexicon/, which translators own."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "locales" / "lexicon"


@cache
def load(name: str) -> dict[str, Any]:
    """The content of locales/lexicon/NAME.toml, read once. Do not change what it returns.

    Raises FileNotFoundError where there is no such file, tomllib.TOMLDecodeError where it is broken.
    """
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
