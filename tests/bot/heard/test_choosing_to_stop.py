"""When "1 No more messages" is one of the options, only what means it picks it."""

from datetime import date

import pytest

from bot.heard import Heard, Option, Waiting, hear

_LABELS = {
    "en": ("No more messages", "Fewer messages", "Go on"),
    "es": ("No recibir más mensajes", "Menos mensajes", "Seguir"),
    "pt": ("Não receber mais mensagens", "Menos mensagens", "Continuar"),
    "ht": ("Pa resevwa mesaj ankò", "Mwens mesaj", "Kontinye"),
}
_ALSO = ("stop", "alto", "parar", "kanpe")


def _heard(language: str, text: str) -> Heard:
    stop, *others = _LABELS[language]
    options = (Option(stop, _ALSO), *map(Option, others))
    return hear(text, waiting=Waiting("choice", options), language=language, today=date(2027, 6, 1))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "bus stop"), ("en", "where is the bus stop"), ("en", "did you get my message"),
        ("es", "no me llegan los mensajes"), ("es", "el bus no para"), ("es", "la parada del bus"),
        ("pt", "ele pode sair mais cedo na sexta"), ("pt", "o onibus nao parou"),
        ("ht", "kanpe bis la kote?"), ("ht", "m pa resevwa mesaj pou klinik la"),
    ],
)  # fmt: skip
def test_a_text_that_shares_a_word_with_stopping_does_not_pick_it(language: str, text: str) -> None:
    heard = _heard(language, text)
    assert heard.answer is None
    assert heard.intent not in {"opt_out", "unsure_opt_out", "pause"}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "1"), ("en", "the first one"), ("en", "number 1 please"), ("en", "no more"), ("en", "no messages"),
        ("en", "stop"), ("es", "la primera"), ("es", "la 1 por favor"), ("es", "no mas mensajes"),
        ("es", "mensajes no"), ("es", "ya no quiero mensajes"), ("es", "alto"), ("pt", "a primeira"),
        ("pt", "nao receber"), ("pt", "1 por favor"), ("ht", "premye a"), ("ht", "pa mesaj anko"), ("ht", "kanpe"),
    ],
)  # fmt: skip
def test_what_means_stopping_picks_it(language: str, text: str) -> None:
    heard = _heard(language, text)
    assert heard.intent == "opt_out" or heard.answer == 1


@pytest.mark.parametrize(
    ("language", "text", "answer"),
    [("en", "i want fewer", 2), ("es", "menos por favor", 2), ("pt", "menos", 2), ("ht", "kontinye", 3)],
)
def test_the_other_options_stay_easy_to_pick(language: str, text: str, answer: int) -> None:
    assert _heard(language, text).answer == answer
