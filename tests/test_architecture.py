"""The shape of the house: who may import whom, where Flask and Twilio appear, how long things may be."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent

MAY_IMPORT: dict[str, set[str]] = {
    "settings": set(),
    "logs": set(),
    "models": {"models"},
    "locales": {"locales"},
    "demo": {"demo", "models", "locales"},
    "notifications": {"notifications", "models", "locales"},
    "bot": {"bot", "notifications", "models", "locales"},
    "web": {"web", "notifications", "models", "locales"},
    "wsgi": {"wsgi", "settings", "logs", "models", "locales", "demo", "notifications", "bot", "web"},
}
"""Each part and the parts it may import. What is not named here may be imported by tests only."""

OURS = {*MAY_IMPORT, "tests"}
HOLDS_FLASK = re.compile(r"wsgi\.py|bot/webhook.*|web/.*")
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "manager", "managers", "service", "services"}
MACHINES_FOLDER = re.compile(r"""(?:^|[\s"'`=(,<:/])/(home|Users|root|work)/\w""")
TEXT = re.compile(r"(\.(py|md|toml|txt|in|po|pot|html|css|js|json|ya?ml|mako|cfg|csv))?")


class Function(NamedTuple):
    place: str
    lines: int


def parts() -> Iterator[tuple[str, Path]]:
    """Every Python file of the product, with the part it belongs to."""
    for part in MAY_IMPORT:
        for file in [ROOT / f"{part}.py", *sorted((ROOT / part).rglob("*.py"))]:
            if file.exists():
                yield part, file


def written_by_hand() -> list[Path]:
    return [file for _, file in parts() if "migrations/versions" not in file.as_posix()]


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), place(file))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and the full name of everything imported, at the top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: imports are written in full"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def test_imports_go_one_way() -> None:
    wrong = [
        f"{place(file)}:{line} {part} may not import {name}"
        for part, file in parts()
        for line, name in imports(parsed(file))
        if (whose := name.partition(".")[0]) in OURS and whose not in MAY_IMPORT[part]
    ]
    assert wrong == []


def test_every_folder_of_code_has_a_rule() -> None:
    folders = {file.parent.name for file in ROOT.glob("[a-z]*/__init__.py")}
    assert folders <= OURS
    assert {file.stem for file in ROOT.glob("*.py")} <= {*OURS, "gunicorn.conf"}


def test_flask_appears_only_where_requests_come_in() -> None:
    wrong = [
        f"{place(file)}:{line}"
        for _, file in parts()
        for line, name in imports(parsed(file))
        if is_within(name, "flask") and not HOLDS_FLASK.fullmatch(place(file))
    ]
    assert wrong == []


def test_twilios_rest_client_is_in_one_file() -> None:
    files = {
        place(file)
        for _, file in parts()
        for _, name in imports(parsed(file))
        if name == "twilio" or is_within(name, "twilio.rest")
    }
    assert len(files) <= 1, files


def test_names_say_what_is_inside() -> None:
    said_nothing = [place(f) for _, f in parts() if {f.stem, *f.parent.parts[-3:]} & NAMES_THAT_SAY_NOTHING]
    assert said_nothing == []


def test_files_can_be_held_in_the_head() -> None:
    lines = {place(file): len(file.read_text(encoding="utf-8").splitlines()) for file in written_by_hand()}
    assert {name: count for name, count in lines.items() if count > 350} == {}


def functions() -> list[Function]:
    return [
        Function(f"{place(file)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for file in written_by_hand()
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_are_short() -> None:
    found = functions()
    lengths = [function.lines for function in found]
    assert [function for function in found if function.lines > 60] == []
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=20)[-1] <= 35


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    wrong = [
        f"{place(file)}:{number}"
        for file in tracked_text()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINES_FOLDER.search(line)
    ]
    assert wrong == []


def tracked_text() -> Iterator[Path]:
    for file in sorted(ROOT.rglob("*")):
        inside = file.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part not in (".ci", ".env.example", ".gitignore") for part in inside)
        if file.is_file() and not hidden and inside[0] != "instance" and TEXT.fullmatch(file.suffix):
            yield file


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("see /" + "home/maria/lucero", True),
        ("'/" + "Users/x/y'", True),
        ("https://example.org/home/page", False),
        ("DATABASE_URL=sqlite:////srv/lucero.db", False),
        ("DATABASE_URL=sqlite:////" + "home/maria/lucero.db", True),
        ("GET /work", False),
        ("[need]/work/job", False),
    ],
)
def test_what_counts_as_a_folder_of_a_machine(line: str, is_one: bool) -> None:
    assert bool(MACHINES_FOLDER.search(line)) == is_one


def test_imports_are_seen_wherever_they_stand() -> None:
    source = "import a.b\nfrom c import d\ndef f():\n    from e.f import g as h\n"
    assert [name for _, name in imports(ast.parse(source))] == ["a.b", "c.d", "e.f.g"]
