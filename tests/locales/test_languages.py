from __future__ import annotations

import threading

import pytest

from locales import LANGUAGES, _, current_language, n_, speaking, written_in
from locales.languages import current_catalog, language_name


def test_english_is_spoken_where_nothing_else_is_asked_for() -> None:
    assert current_language() == "en"
    assert current_catalog() == "en"


def test_languages_nest_and_return() -> None:
    with speaking("es"):
        with speaking("ht"):
            assert current_language() == "ht"
        assert current_language() == "es"
    assert current_language() == "en"


def test_the_language_returns_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), speaking("pt"):
        raise ZeroDivisionError
    assert current_language() == "en"


@pytest.mark.parametrize("code", ["quc", "mix", "xx", ""])
def test_a_language_without_words_of_ours_is_said_in_english_and_kept_as_asked(code: str) -> None:
    with speaking(code):
        assert current_language() == code
        assert current_catalog() == "en"
        assert _("A sentence without translation %(name)s", name="Ana") == "A sentence without translation Ana"


def test_each_thread_speaks_its_own_language() -> None:
    heard: dict[str, str] = {}
    both_speak = threading.Barrier(2)

    def speak(code: str) -> None:
        with speaking(code):
            both_speak.wait(timeout=10)
            heard[code] = language_name("en")

    threads = [threading.Thread(target=speak, args=(code,)) for code in ("es", "ht")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {"es": "inglés", "ht": "angle"}


def test_values_are_filled_and_only_where_given() -> None:
    assert _("Not translated: 100%") == "Not translated: 100%"
    assert _("") == ""
    assert _("%(text)s %(one)s", text="a", one="b") == "a b"


def test_a_value_is_never_read_as_a_placeholder() -> None:
    assert _("Hello %(name)s", name="%(secret)s 100%") == "Hello %(secret)s 100%"


def test_the_number_chooses_the_form() -> None:
    assert n_("%(n)s untranslated child", "%(n)s untranslated children", 1) == "1 untranslated child"
    assert n_("%(n)s untranslated child", "%(n)s untranslated children", 2) == "2 untranslated children"


@pytest.mark.parametrize("language", ["en", "es", "pt", "ht"])
def test_every_language_has_a_name_in_every_language_of_ours(language: str) -> None:
    with speaking(language):
        names = [language_name(code) for code in LANGUAGES]
    assert all(names)
    assert len(set(names)) == len(LANGUAGES)


def test_a_language_we_do_not_know_names_itself() -> None:
    assert language_name("tzh") == "tzh"


def test_four_languages_are_written_in_full() -> None:
    assert [code for code, language in LANGUAGES.items() if language.in_full] == ["en", "es", "pt", "ht"]
    assert not LANGUAGES["quc"].written


@pytest.mark.parametrize(
    ("spoken", "read"),
    [("en", "en"), ("ht", "ht"), ("quc", "es"), ("mix", "es"), ("kea", "pt"), ("ar", "en"), ("xx", "es"), (None, "es")],
)
def test_a_family_is_texted_in_the_language_that_it_most_likely_reads(spoken: str | None, read: str) -> None:
    assert written_in(spoken) == read
