"""Which strings are spelled like a Vietnamese syllable."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchengine.text.folding import has_marks
from searchengine.text.lexicon.spelling import RIMES, is_syllable, is_toneless_syllable, split_tone
from searchengine.text.normalization import normalize
from searchengine.text.syllables import split_syllables
from searchengine.text.tone import canonical_tones, tone_position

SEEDS = Path(__file__).parents[3] / "seeds"


def listed(words: str) -> list[str]:
    return words.split()


@pytest.mark.parametrize(
    "word",
    listed(
        "đại hội chi bộ phường nghị quyết ủy ban nghiêng gì gìn giếng giữa giúp quý quốc quỳnh quở "
        "ở y ý ăn ấy yên yêu uống ướt khuya khuỷu thuở huơ xoong moóc voan buýt rượu hươu ngoằn "
        "kỳ lý Mỹ Vy Thy Đắk Lắk Kạn Krông ích xếp mát sạch"
    ),
)
def test_syllables_of_the_language(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["HÒA", "Hòa", "hòa", "hoà", "HOÀ", "thủy", "thuỷ", "vịêt", "qúa"])
def test_either_case_and_either_placement(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    ("bare", "toned"), [("hoc", "học"), ("sach", "sách"), ("hơp", "hợp"), ("tôt", "tốt")]
)
def test_a_stop_needs_a_tone(bare: str, toned: str) -> None:
    assert is_syllable(toned)
    assert not is_syllable(bare)
    assert is_toneless_syllable(bare)


@pytest.mark.parametrize("word", ["hòc", "sảch", "hõp", "tồt", "mảt"])
def test_a_stop_takes_no_other_tone_than_sac_and_nang(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("kẻ", "cẻ"),
        ("cá", "ká"),
        ("ghế", "gế"),
        ("gà", "ghà"),
        ("nghe", "nge"),
        ("nga", "ngha"),
        ("quá", "coá"),
        ("yên", "iên"),
        ("tiên", "tyên"),
        ("mua", "muâ"),
    ],
)
def test_one_sound_has_one_spelling(right: str, wrong: str) -> None:
    assert is_syllable(right)
    assert not is_syllable(wrong)


@pytest.mark.parametrize(
    "word",
    [
        *listed(
            "2 5b b ng đ hđnd facebook window fỏ zá lă â ươ boát việtt nghiêngg áá đạihội señor"
        ),
        *("", "hội nghị", "việt-nam", "ña", "Москва"),
    ],
)
def test_all_else_is_none(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize("rime", sorted(rime for rime in RIMES if len(rime) > 1))
def test_a_tone_on_another_letter_is_either_put_right_or_refused(rime: str) -> None:
    plain = f"kh{rime}" if is_toneless_syllable(f"kh{rime}") else f"t{rime}"
    for place, letter in enumerate(plain):
        toned = unicodedata.normalize("NFC", letter + "\u0301")
        word = plain[:place] + toned + plain[place + 1 :]
        if len(toned) == 1 and is_syllable(word):
            assert split_tone(canonical_tones(word))[2] == tone_position(plain)


@given(st.text(max_size=10))
def test_any_text_gets_an_answer(text: str) -> None:
    assert is_syllable(text) in (True, False)


@given(st.text("aăâeêioôơuưyđbcdghklmnpqrstvx", max_size=7))
def test_case_does_not_matter(letters: str) -> None:
    assert is_syllable(letters) == is_syllable(letters.upper())


@pytest.mark.parametrize("rime", sorted(RIMES))
def test_every_rime_of_the_table_is_used_by_some_onset(rime: str) -> None:
    assert any(is_toneless_syllable(onset + rime) for onset in ("", "t", "h", "kh", "ng"))


def test_a_syllable_without_its_tone() -> None:
    assert split_tone("nghị") == ("nghi", "\u0323", 3)
    assert split_tone("Ấy") == ("Ây", "\u0301", 0)
    assert split_tone("đêm") == ("đêm", "", -1)
    assert split_tone("ñ") == ("ñ", "", -1)


def test_marked_words_of_the_sample_pages_are_syllables() -> None:
    text = " ".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    marked = [word for word in split_syllables(normalize(text).lower()) if has_marks(word)]
    strange = {word for word in marked if not is_syllable(word)}
    assert len(marked) > 4_000
    assert strange == {"pbtttđu"}  # An abbreviation: phó bí thư thường trực Đảng ủy.


def test_the_segmenter_s_word_list_is_nearly_all_syllables() -> None:
    pyvi = pytest.importorskip("pyvi")
    path = Path(pyvi.__file__).with_name("models") / "words.txt"
    entries = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    words = {
        canonical_tones(normalize(word.lower()))
        for entry in entries
        if len(entry) in (2, 3)
        for word in entry
    }
    marked = [word for word in words if has_marks(word) and not re.search(r"\W", word)]
    strange = [word for word in marked if not is_syllable(word)]
    assert len(marked) > 5_000
    assert len(strange) <= 10  # Loans written in one: kitô, ôxy, tigôn.


def test_decomposed_text_is_not_normalised_here() -> None:
    assert not is_syllable(unicodedata.normalize("NFD", "hội"))
