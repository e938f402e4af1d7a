"""The catalogs' command: `python -m locales.catalogs extract|update|check|status`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from locales.extraction import (
    CATALOGS,
    SOURCE,
    Files,
    brought_up_to_date,
    calls_without_a_sentence,
    extract,
    forms,
    read,
    rendered,
    sentences,
    source_forms,
)
from locales.rules import Rules, awaits_review, faults, read_rules

_UPDATE = "run: python -m locales.catalogs update"


def write_template(files: Files) -> int:
    """Write lucero.pot from the sentences in the code."""
    template = extract(files)
    files.template.write_text(rendered(template), encoding="utf-8")
    print(f"{len(template)} sentences in {files.template.relative_to(files.root)}")
    return 0


def update(files: Files) -> int:
    """Write the template, and bring every catalog up to date with it; what is new waits for words."""
    write_template(files)
    template = extract(files)
    for name in CATALOGS:
        catalog = brought_up_to_date(files, name, template)
        path = files.catalog(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(rendered(catalog), encoding="utf-8")
        for dropped in catalog.obsolete.values():
            print(f"{name}: dropped “{_title(dropped)}”, no longer in the code")
        missing = [] if name == SOURCE else [m for m in sentences(catalog) if not all(forms(m))]
        print(f"{name}: {len(missing)} to translate")
    return 0


def check(files: Files) -> int:
    """Print every fault of the catalogs in plain words; 1 if there is one."""
    found = list(_every_fault(files))
    for fault in found:
        print(fault)
    print(f"{len(found)} faults in the catalogs" if found else "The catalogs are complete.")
    return 1 if found else 0


def status(files: Files) -> int:
    """Print how far each language is, and how much of it no native reader has checked."""
    print(f"{'language':10}{'sentences':>10}{'translated':>12}{'awaiting review':>17}")
    for name in CATALOGS:
        messages = list(sentences(read(files.catalog(name))))
        done = [m for m in messages if name == SOURCE or all(forms(m))]
        unread = [m for m in done if awaits_review(m)]
        print(f"{name:10}{len(messages):10}{len(done):12}{len(unread):17}")
    return 0


def main(arguments: Sequence[str] | None = None, *, root: Path | None = None) -> int:
    """Run one of the four commands, on this project or the one at `root`."""
    commands: dict[str, Callable[[Files], int]] = {
        "extract": write_template,
        "update": update,
        "check": check,
        "status": status,
    }
    parser = argparse.ArgumentParser(prog="python -m locales.catalogs", description=__doc__)
    parser.add_argument("command", choices=commands)
    chosen = parser.parse_args(arguments).command
    return commands[chosen](Files(root or Path(__file__).resolve().parent.parent))


def _every_fault(files: Files) -> Iterator[str]:
    for place in calls_without_a_sentence(files):
        yield f"{place}: _ and n_ need the sentence itself, written out, or it cannot be translated"
    template = extract(files)
    if not _stands(files.template, template):
        yield f"{files.template.relative_to(files.root)}: not what the code says now; {_UPDATE}"
    rules = read_rules(files.root / "locales")
    for name in CATALOGS:
        yield from _catalog_faults(files, name, template, rules)


def _catalog_faults(files: Files, name: str, template: Catalog, rules: Rules) -> Iterator[str]:
    path = files.catalog(name)
    catalog = brought_up_to_date(files, name, template)
    if not _stands(path, catalog):
        yield f"{path.relative_to(files.root)}: not what the code says now; {_UPDATE}"
    for message in sentences(catalog):
        for fault in faults(message, name, rules):
            yield f"{name}: “{_title(message)}” {fault}"


def _stands(path: Path, catalog: Catalog) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == rendered(catalog)


def _title(message: Message) -> str:
    text = source_forms(message)[0]
    return text if len(text) <= 60 else f"{text[:59]}…"


if __name__ == "__main__":
    raise SystemExit(main())
