from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales.sms import changes_meaning, clusters, fold, for_sms, segments

FAMILY = "👨‍👩‍👧‍👦"  # seven code points that show as one, 11 units


@pytest.mark.parametrize(
    ("text", "encoding", "units", "count"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("ñ¿¡éÉèàòùüÇ", "GSM-7", 11, 1),
        ("€[]{}^~|\\\f", "GSM-7", 20, 1),
        ("a" * 159 + "€", "GSM-7", 161, 2),
        ("a" * 152 + "€" + "b" * 8, "GSM-7", 162, 2),
        # 306 septets would fit two segments, were the euro sign allowed to lie across them.
        ("a" * 152 + "€" + "b" * 152, "GSM-7", 306, 3),
        ("line\r\nend", "GSM-7", 9, 1),
        ("á" * 70, "UCS-2", 70, 1),
        ("á" * 71, "UCS-2", 71, 2),
        ("á" * 134, "UCS-2", 134, 2),
        ("á" * 135, "UCS-2", 135, 3),
        ("é" * 160, "GSM-7", 160, 1),
        ("e\u0301", "UCS-2", 2, 1),
        ("6:30\u202fpm", "UCS-2", 7, 1),
        ("😀" * 35, "UCS-2", 70, 1),
        ("😀" * 36, "UCS-2", 72, 2),
        # An emoji takes two units: 67 hold 33 of them, the 67th stays empty.
        ("😀" * 67, "UCS-2", 134, 3),
        ("a" * 59 + FAMILY, "UCS-2", 70, 1),
        ("a" * 60 + FAMILY, "UCS-2", 71, 2),
        ("a" * 66 + FAMILY + "b" * 56, "UCS-2", 133, 2),
        ("a" * 66 + FAMILY + "b" * 57, "UCS-2", 134, 3),
    ],
)
def test_a_text_costs_what_twilio_counts(text: str, encoding: str, units: int, count: int) -> None:
    counted = segments(text)
    assert (counted.encoding, counted.units, counted.count) == (encoding, units, count)


@pytest.mark.parametrize(
    "cluster",
    [FAMILY, "👍🏽", "🇭🇹", "e\u0301", "1\ufe0f\u20e3", "❤️", "🏴\U000e0067\U000e0062\U000e007f", "👩‍🌾"],
)
def test_what_shows_as_one_character_is_one_cluster(cluster: str) -> None:
    assert list(clusters(f"a{cluster}b")) == ["a", cluster, "b"]


def test_two_flags_are_two_clusters() -> None:
    assert list(clusters("🇭🇹🇺🇸")) == ["🇭🇹", "🇺🇸"]


_EXTENSION = "^{}\\[~]|€"
_SEPTETS = st.text(alphabet=st.sampled_from("abc ñé¿\n€[^"), max_size=500)
_UNITS = st.lists(st.sampled_from(["a", "ñ", "á", "ɨ", "😀", FAMILY, "👍🏽", "🇭🇹"]), max_size=200)


def _bits_segments(sizes: list[int], bits: int) -> int:
    """Counted the other way: bits of a 140-byte segment, less 48 for the header of a longer message."""
    if sum(sizes) * bits <= 1120:
        return 1
    free, count = 1120 - 48, 1
    for size in sizes:
        if size * bits > free:
            free, count = 1120 - 48, count + 1
        free -= size * bits
    return count


@given(_SEPTETS)
def test_septets_fill_segments_bit_by_bit(text: str) -> None:
    sizes = [2 if character in _EXTENSION else 1 for character in text]
    assert segments(text).count == _bits_segments(sizes, bits=7)


@given(_UNITS)
def test_whole_characters_fill_segments_bit_by_bit(pieces: list[str]) -> None:
    # A zero-width non-joiner apart, pieces never merge: two flags in a row stay two.
    text = "á" + "".join(pieces)
    sizes = [len(piece.encode("utf-16-le")) // 2 for piece in ["á", *pieces]]
    assert segments(text).count == _bits_segments(sizes, bits=16)
    assert segments(text).units == sum(sizes)


@given(st.text())
def test_any_text_can_be_counted_and_spelled(text: str) -> None:
    assert "".join(clusters(text)) == text
    assert segments(text).count >= 1
    spelled = for_sms(text)
    assert segments(spelled).count <= segments(unicodedata.normalize("NFC", text)).count
    assert "\u202f" not in spelled
    assert "\u00a0" not in spelled
    assert spelled.count("?") == unicodedata.normalize("NFC", text).count("?")


@pytest.mark.parametrize(
    ("full", "plain"),
    [
        ("áíóúÁÍÓÚ", "aiouAIOU"),
        ("ãõâêôÃÕÂÊÔ", "aoaeoAOAEO"),
        ("çÀÈÒÙ", "cAEOU"),
        ("éÉñÑüÜ¿¡èàòùìÇ", "éÉñÑüÜ¿¡èàòùìÇ"),
        ("3ª série, 1º", "3a série, 1o"),
        ("“hola” – ‘sí’… «no»", '"hola" - \'si\'... "no"'),
        ("6:30\u202fpm\u00a0hoy", "6:30 pm hoy"),
        ("ano\u0301n\u0303o", "anoño"),
        ("ɨ ʼ ꞌ a̱ ɓ", "ɨ ʼ ꞌ a̱ ɓ"),
    ],
)
def test_the_fold_changes_only_what_the_small_alphabet_lacks(full: str, plain: str) -> None:
    assert fold(full) == plain


SHORT = "Está bien. ¿Cuántos años cumplió? Solo el número. Ejemplo: 4"
LONG = SHORT + " " + "Escriba cuántos años cumplió cada niño. Ejemplo: 4 y 8"


def test_a_text_that_fits_keeps_its_accents() -> None:
    assert for_sms(SHORT) == SHORT


def test_a_longer_text_is_folded_into_one_segment() -> None:
    assert for_sms(LONG) == fold(LONG)
    assert segments(for_sms(LONG)).count == 1
    assert "años" in for_sms(LONG)


def test_only_the_typography_is_made_plain_where_that_is_enough() -> None:
    text = "“" + "Bonjou, mèsi anpil. " * 6 + "”"
    assert for_sms(text) == '"' + "Bonjou, mèsi anpil. " * 6 + '"'


@pytest.mark.parametrize("other", ["ɨ", "ʼ", "ñuu sa̱vi", "😀", "नेपाली"])
def test_a_text_with_other_letters_stays_as_it_was_written(other: str) -> None:
    text = LONG + other
    assert for_sms(text) == text


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("Quem entrega: avó", True),
        ("Quem entrega: avô. Certo?", True),
        ("vovó", True),
        ("Beto pôde ir", True),
        ("a avó leva ao ônibus", False),
        ("Com o avô ou pela avó", False),
        ("seu avô", False),
        ("la mamá y el papá", False),
        ("SÍ o CAMBIAR", False),
    ],
)
def test_a_grandmother_is_not_folded_into_a_grandfather(text: str, changed: bool) -> None:
    assert changes_meaning(text) is changed
    long = f"{text}. " + "São três crianças, e o ônibus é grátis para todas. " * 2
    assert (for_sms(long) == long) is changed
