"""From sentences in the code to catalogs, the same bytes every time: no dates, no line numbers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from configparser import RawConfigParser
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SPEAKING_PACKAGES = ("bot", "notifications", "web")
CATALOGS = ("en", "es", "pt_BR", "ht")
SOURCE = "en"

KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "n_": (1, 2)}
REVIEW_NOTE = "review: needs a native reader"
# Written by people who learned the language: a new translation is checked before it is trusted.
_NEEDS_NATIVE_READER = ("pt_BR", "ht")
_CHANGING_HEADERS = ("POT-Creation-Date", "PO-Revision-Date", "Generated-By", "Last-Translator")
_EMPTY_HEADERS = ("Project-Id-Version", "Report-Msgid-Bugs-To", "Language-Team")
_HEADER = "# Lucero, what families and staff read. How to work on this file: docs/translating.md"


@dataclass(frozen=True)
class Files:
    """Where the catalogs and the code they speak for stand, from the project's root."""

    root: Path

    @property
    def template(self) -> Path:
        """The sentences without any translation."""
        return self.root / "locales" / "lucero.pot"

    def catalog(self, name: str) -> Path:
        """The catalog in that folder."""
        return self.root / "locales" / name / "LC_MESSAGES" / "lucero.po"


def extract(files: Files) -> Catalog:
    """Every sentence of the code, in the order in which a reader of the code meets it."""
    template = Catalog(header_comment=_HEADER, fuzzy=False)
    for package in SPEAKING_PACKAGES:
        found = extract_from_dir(
            files.root / package,
            list(_ways_to_read(files, package)),
            keywords=KEYWORDS,
            comment_tags=("L10N:",),
            strip_comment_tags=True,
        )
        for name, line, text, comments, context in found:
            template.add(
                text,
                locations=[(f"{package}/{name}", line)],
                auto_comments=[" ".join(comments)] if comments else [],
                context=context,
            )
    return template


def read(path: Path) -> Catalog:
    """The catalog in that file."""
    with path.open("rb") as source:
        return read_po(source)


def brought_up_to_date(files: Files, name: str, template: Catalog) -> Catalog:
    """The catalog with the template's sentences: kept, added without translation, or dropped."""
    path = files.catalog(name)
    catalog = read(path) if path.exists() else Catalog(locale=name, fuzzy=False)
    catalog.header_comment = _HEADER
    known = {message.id for message in catalog}
    catalog.update(deepcopy(template), no_fuzzy_matching=True)
    if name in _NEEDS_NATIVE_READER:
        for message in sentences(catalog):
            if message.id not in known:
                message.user_comments = [REVIEW_NOTE]
    return catalog


def rendered(catalog: Catalog) -> str:
    """The catalog as its file should stand."""
    written = BytesIO()
    write_po(written, catalog, width=0, include_lineno=False, ignore_obsolete=True)
    dropped = tuple(f'"{header}:' for header in _CHANGING_HEADERS + _EMPTY_HEADERS)
    lines = written.getvalue().decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith(dropped)).rstrip() + "\n"


def sentences(catalog: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalog if message.id)


def forms(message: Message) -> list[str]:
    """What the message is translated to: one text, or one for each plural form."""
    said = message.string
    if not said:
        return [""] * len(source_forms(message))
    return [said] if isinstance(said, str) else list(said)


def source_forms(message: Message) -> list[str]:
    """The English of the message: one text, or its singular and its plural."""
    return [message.id] if isinstance(message.id, str) else list(message.id)


def _ways_to_read(files: Files, package: str) -> Iterator[tuple[str, str]]:
    """The patterns of babel.cfg within that package, each with the format of the files it names."""
    mapping = RawConfigParser()
    mapping.read(files.root / "locales" / "babel.cfg", encoding="utf-8")
    for section in mapping.sections():
        file_format, pattern = section.split(": ")
        if pattern.startswith(f"{package}/"):
            yield pattern.removeprefix(f"{package}/"), file_format


def calls_without_a_sentence(files: Files) -> Iterator[str]:
    """Each place in the code where `_` is given something else than a written-out sentence.

    A sentence inside an f-string counts too: Python before 3.12 hides it from extraction.
    """
    for package in SPEAKING_PACKAGES:
        for path in sorted((files.root / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            hidden = {id(node) for text in ast.walk(tree) if isinstance(text, ast.JoinedStr) for node in ast.walk(text)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and (not _says_a_sentence(node) or _is_hidden(node, hidden)):
                    yield f"{path.relative_to(files.root)}:{node.lineno}"


def _is_hidden(call: ast.Call, hidden: set[int]) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id in KEYWORDS and id(call) in hidden


def _says_a_sentence(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Name) or call.func.id not in KEYWORDS:
        return True
    texts = call.args[: 1 if call.func.id == "_" else 2]
    return bool(texts) and all(isinstance(text, ast.Constant) and isinstance(text.value, str) for text in texts)
