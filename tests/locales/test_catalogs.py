from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from locales import compiled
from locales.catalogs import main

HERE = Path(__file__).resolve().parents[2]
GREETING = """from locales import _, n_

def greet(name: str, count: int) -> None:
    # L10N: The first thing a family reads.
    _("Hello %(name)s", name=name)
    n_("%(n)s child", "%(n)s children", count)
"""
WORDS = {
    "es": {"Hello %(name)s": "Hola %(name)s", "child": "%(n)s hijo", "children": "%(n)s hijos"},
    "pt_BR": {"Hello %(name)s": "Oi %(name)s", "child": "%(n)s criança", "children": "%(n)s crianças"},
    "ht": {"Hello %(name)s": "Bonjou %(name)s", "child": "%(n)s timoun", "children": "%(n)s timoun"},
}


class Project(NamedTuple):
    """A small project of its own, whose catalogs are complete."""

    root: Path

    def catalog(self, name: str) -> Path:
        return self.root / "locales" / name / "LC_MESSAGES" / "lucero.po"

    def run(self, command: str) -> int:
        return main([command], root=self.root)

    def code(self, text: str, file: str = "bot/talk.py") -> None:
        (self.root / file).write_text(text, encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.catalog(name).read_text(encoding="utf-8")
        assert old in text
        self.catalog(name).write_text(text.replace(old, new), encoding="utf-8")

    def translate(self, name: str, msgid: str, msgstr: str) -> None:
        self.edit(name, f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{msgstr}"')

    def says(self, sentence: str, *, comment: str = "Said to all.", file: str = "bot/talk.py", **said: str) -> None:
        """Add a sentence to the code and translate it: as given, else as it stands."""
        path = self.root / file
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        self.code(f'{text}\n# L10N: {comment}\n_("{sentence}")\n', file)
        self.run("update")
        for name in WORDS:
            self.translate(name, sentence, said.get(name, sentence))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for package in ("bot", "notifications", "web/templates", "locales"):
        (tmp_path / package).mkdir(parents=True)
    for data in ("babel.cfg", "wording.toml"):
        shutil.copy(HERE / "locales" / data, tmp_path / "locales")
    (tmp_path / "locales" / "worst_case.toml").write_text('[values]\nname = "María Guadalupe"\nn = 2\n')
    made = Project(tmp_path)
    made.code(GREETING)
    made.run("update")
    for name, words in WORDS.items():
        made.translate(name, "Hello %(name)s", words["Hello %(name)s"])
        made.edit(
            name,
            'msgstr[0] ""\nmsgstr[1] ""',
            f'msgstr[0] "{words["child"]}"\nmsgstr[1] "{words["children"]}"',
        )
    return made


def faults(project: Project, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    assert project.run("check") == 1
    return capsys.readouterr().out


def test_our_own_catalogs_keep_the_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0, capsys.readouterr().out


def test_complete_catalogs_pass(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    assert project.run("check") == 0
    assert "complete" in capsys.readouterr().out


def test_a_second_update_changes_nothing(project: Project) -> None:
    before = {name: project.catalog(name).read_bytes() for name in WORDS}
    project.run("update")
    assert before == {name: project.catalog(name).read_bytes() for name in WORDS}


def test_moving_a_sentence_to_another_line_changes_nothing(project: Project) -> None:
    project.code("\n\n\n" + GREETING)
    assert project.run("check") == 0


def test_the_comment_for_translators_is_kept(project: Project) -> None:
    assert "#. The first thing a family reads.\n" in project.catalog("ht").read_text(encoding="utf-8")


def test_a_new_sentence_must_be_extracted_and_translated(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.code(GREETING + '_("Goodbye")\n')
    found = faults(project, capsys)
    assert "locales/lucero.pot: not what the code says now" in found
    assert "locales/es/LC_MESSAGES/lucero.po: not what the code says now" in found
    project.run("update")
    found = faults(project, capsys)
    assert "not what the code says now" not in found
    assert "es: “Goodbye” has no translation" in found
    assert "en: " not in found


def test_sentences_of_templates_are_found(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.code('<p>{{ _("Welcome, staff") }}</p>', "web/templates/home.html")
    project.run("update")
    assert "ht: “Welcome, staff” has no translation" in faults(project, capsys)


def test_a_sentence_that_is_gone_is_dropped_and_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.code("")
    capsys.readouterr()
    project.run("update")
    assert "es: dropped “Hello %(name)s”" in capsys.readouterr().out
    assert project.run("check") == 0


def test_a_fuzzy_translation_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.edit("es", '#, python-format\nmsgid "Hello', '#, fuzzy, python-format\nmsgid "Hello')
    assert "is marked fuzzy" in faults(project, capsys)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Hola %(name)s", "Hola %(nombre)s", "must fill %(name)s, but “Hola %(nombre)s” fills %(nombre)s"),
        ("Hola %(name)s", "Hola", "must fill %(name)s, but “Hola” fills nothing"),
        ("%(n)s hijos", "%(number)s hijos", "must fill %(n)s"),
        ("%(n)s hijos", "varios hijos", "must fill %(n)s"),
        ("Hola %(name)s", "Hola %(name)s 100% ", "cannot be filled"),
    ],
)
def test_every_form_must_fill_the_same_values(
    project: Project, capsys: pytest.CaptureFixture[str], old: str, new: str, fault: str
) -> None:
    project.edit("es", old, new)
    assert fault in faults(project, capsys)


def test_a_text_longer_than_a_segment_fails_with_its_longest_values(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit("es", "Hola %(name)s", "Hola %(name)s" + "a" * 140)
    assert project.run("check") == 0
    project.edit("es", "Hola %(name)s", "Hola %(name)s" + "a" * 10)
    assert "takes 2 segments (170 units of GSM-7), 1 allowed" in faults(project, capsys)


def test_english_is_measured_too(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.says("b" * 161, es="x", pt_BR="x", ht="x")
    found = faults(project, capsys)
    assert "en: “bbb" in found
    assert "es: " not in found


def test_a_text_marked_for_two_segments_may_take_two_but_not_three(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.says("c" * 306, comment="A read-back. segments: 2")
    assert project.run("check") == 0
    project.edit("ht", f'msgstr "{"c" * 306}', f'msgstr "{"c" * 307}')
    assert "takes 3 segments (307 units of GSM-7), 2 allowed" in faults(project, capsys)


def test_what_only_staff_pages_say_may_be_long_and_hold_unmeasured_values(project: Project) -> None:
    project.says("d" * 300 + " %(file)s STOP", file="web/pages.py")
    assert project.run("check") == 0


def test_a_value_nobody_measured_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.says("At %(place)s")
    assert "has %(place)s: say in worst_case.toml how long it can get" in faults(project, capsys)


@pytest.mark.parametrize("word", ["YES", "START", "CANCEL", "END", "QUIT", "STOP"])
def test_no_answer_word_belongs_to_the_carriers(
    project: Project, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    project.says(f"Want it? {word} or 2", es="1 o 2", pt_BR="1 ou 2", ht="1 oswa 2")
    assert f"en: “Want it? {word} or 2” says {word}, a word that carriers act on" in faults(project, capsys)


@pytest.mark.parametrize(
    "notice",
    [
        "School line. STOP = no more texts.",
        "Reply STOP to end.",
        "To come back, reply START.",
        "Reply START to come back.",
    ],
)
def test_telling_how_to_opt_out_is_no_offer(project: Project, notice: str) -> None:
    project.says(notice)
    assert project.run("check") == 0


def test_the_opt_out_notice_may_name_them(project: Project) -> None:
    project.says("STOP: no more texts. Stop at the bus stop.", comment="The opt-out notice.")
    assert project.run("check") == 0


@pytest.mark.parametrize(
    ("language", "said", "right"),
    [
        ("es", "Tenemos tutores gratis", "Tenemos ayuda con la tarea"),
        ("es", "Traiga sus papeles", "No preguntamos de papeles ni migración"),
        ("es", "Traiga sus papeles. Sin papeles no", "Gratis, sin papeles"),
        ("es", "Va a kínder", "Va a kínder (5 años)"),
        ("es", "El camión pasa a las 6", "El autobús pasa a las 6"),
        ("es", "Es el 12/1", "Es el 12 ene"),
        ("es", "Usted califica", "Una persona habla con usted"),
        ("pt_BR", "Temos tutores", "Temos reforço escolar"),
        ("ht", "Li nan jadendanfan", "Li nan jadendanfan (5 an)"),
        ("ht", "Se yon rapèl", "Se yon mesaj pou fè w sonje"),
    ],
)
def test_a_wording_that_misleads_fails_and_the_right_one_passes(
    project: Project, capsys: pytest.CaptureFixture[str], language: str, said: str, right: str
) -> None:
    project.says("Something to say", **{language: said})
    assert f"{language}: “Something to say” says “" in faults(project, capsys)
    project.edit(language, said, right)
    assert project.run("check") == 0


def test_a_sentence_that_is_not_written_out_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.code(GREETING + "title = 'x'\n_(title)\n")
    assert "bot/talk.py:8: _ and n_ need the sentence itself" in faults(project, capsys)


def test_a_sentence_inside_an_f_string_is_refused(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.code("def ask(name: str) -> str:\n    return f\"{name}: {_('Something to say')}\"\n")
    assert "_ and n_ need the sentence itself" in faults(project, capsys)


def test_the_status_counts_what_a_native_reader_must_check(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.edit("ht", "# review: needs a native reader\n#. The first", "#. The first")
    project.run("update")
    capsys.readouterr()
    assert project.run("status") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["es", "2", "2", "0"] in lines
    assert ["pt_BR", "2", "2", "2"] in lines
    assert ["ht", "2", "2", "1"] in lines


def test_a_long_comment_and_a_new_text_do_not_lose_the_review_note(project: Project) -> None:
    project.edit("pt_BR", 'msgstr "Oi %(name)s"', 'msgstr "Olá %(name)s"')
    project.run("update")
    assert project.catalog("pt_BR").read_text(encoding="utf-8").count("# review: needs a native reader\n") == 2


def test_a_catalog_speaks_as_its_file_says(project: Project) -> None:
    project.edit("pt_BR", '#, python-format\nmsgid "Hello', '#, fuzzy, python-format\nmsgid "Hello')
    spanish, portuguese = (compiled(project.catalog(name)) for name in ("es", "pt_BR"))
    assert spanish.gettext("Hello %(name)s") == "Hola %(name)s"
    assert portuguese.gettext("Hello %(name)s") == "Hello %(name)s"
    child = ("%(n)s child", "%(n)s children")
    assert [spanish.ngettext(*child, n) for n in (0, 1, 2)] == ["%(n)s hijos", "%(n)s hijo", "%(n)s hijos"]
    assert [portuguese.ngettext(*child, n) for n in (0, 1, 2)] == [
        "%(n)s criança",
        "%(n)s criança",
        "%(n)s crianças",
    ]
