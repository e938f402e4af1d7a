"""`flask understand`, as translators run it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.commands import understand


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(understand, arguments)


def test_one_text_as_json() -> None:
    result = _run("kiero inskribir a mi ijo", "--json")
    shown = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (shown["intent"], shown["answer"], shown["language"]) == ("sign_up", None, "es")


def test_a_waiting_choice_is_answered_by_index() -> None:
    result = _run("la de brigwud", "--waiting", "choice", "--options", "Gerena|Brightwood|White St", "--json")
    assert json.loads(result.stdout)["answer"] == 2


def test_a_day_counts_from_the_given_one() -> None:
    result = _run("mañana", "--waiting", "date", "--today", "2027-07-05", "--json")
    assert json.loads(result.stdout)["answer"] == "2027-07-06"


def test_without_json_it_reads_as_lines() -> None:
    assert 'intent: "opt_out"' in _run("ALTO!!").stdout


def test_a_file_gives_one_object_a_line(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    rows = [
        {"text": "siii", "waiting": "yes_no"},
        {"text": "2", "waiting": "choice", "options": ["a", "b"], "language": "es"},
        {"text": "mañana", "waiting": "date", "today": "2027-07-05", "options": None},
        {"text": "hola", "waiting": None},
    ]
    path.write_text("\ufeff" + "\n".join(map(json.dumps, rows)) + "\n\n", encoding="utf-8")
    result = _run("--file", str(path))
    shown = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["answer"] for row in shown] == [True, 2, "2027-07-06", None]
    assert shown[3]["intent"] == "greeting"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"text": "hola"}\n{nonsense', "Line 2 is not JSON."),
        ('{"text": 4}', "Line 1: There must be an object"),
        ("[]", "Line 1: There must be an object"),
        ('{"text": "a", "waiting": "colour"}', "Line 1: There is no kind of question 'colour'."),
        ('{"text": "a", "waiting": "choice"}', "Line 1: A choice needs its options"),
        ('{"text": "a", "options": 4}', "Line 1: Options are"),
        ('{"text": "a", "waiting": ["yes_no"]}', 'Line 1: "waiting" must be a text.'),
        ('{"text": "a", "today": "05/07/2027"}', "Line 1: '05/07/2027' is not a day."),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(content, encoding="utf-8")
    result = _run("--file", str(path))
    assert result.exit_code == 1
    assert said in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hola", "--waiting", "colour"], "There is no kind of question 'colour'."),
        (["hola", "--waiting", "choice"], "A choice needs its options"),
        (["hola", "--today", "tomorrow"], "'tomorrow' is not a day."),
        ([], "Give a TEXT"),
        (["--file", "/nowhere/at/all"], "cannot be read"),
    ],
)
def test_a_bad_option_is_told_in_one_sentence(arguments: list[str], said: str) -> None:
    result = _run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.stderr
