"""Vietnamese typed with the input method switched off."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.text.lexicon.spelling import RIMES, is_syllable
from searchengine.text.telex import (
    decode_query,
    decode_telex,
    decode_telex_query,
    decode_vni,
    decode_vni_query,
    encode_telex,
    encode_vni,
)
from searchengine.text.tone import tone_position


def listed(words: str) -> list[str]:
    return words.split()


ONSETS = listed("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")


def toned(plain: str, tone: str) -> str:
    place = tone_position(plain)
    if place is None:
        return plain
    letter = unicodedata.normalize("NFC", plain[place] + tone)
    return plain[:place] + letter + plain[place + 1 :]


syllables = (
    st.builds(
        toned,
        st.builds(str.__add__, st.sampled_from(["", *ONSETS]), st.sampled_from(sorted(RIMES))),
        st.sampled_from(["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]),
    )
    .filter(is_syllable)
    .flatmap(lambda word: st.sampled_from([word, word.capitalize(), word.upper()]))
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaij", "đại"),
        ("hooij", "hội"),
        ("phuwowngf", "phường"),
        ("nguyeenx", "nguyễn"),
        ("uyr", "ủy"),
        ("thuowr", "thuở"),
        ("dduwowcj", "được"),
        ("quys", "quý"),
        ("gif", "gì"),
        ("hoawcj", "hoặc"),
        ("xooong", "xoong"),
        ("mooocs", "moóc"),
    ],
)
def test_telex_with_the_tone_at_the_end(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaji", "đại"),  # the tone after its vowel
        ("hojc", "học"),
        ("tieesng", "tiếng"),
        ("phuowngf", "phường"),  # one w for ươ
        ("truongwf", "trường"),  # the w after the syllable
        ("muaw", "mưa"),
        ("quawng", "quăng"),
        ("thw", "thư"),  # w alone
        ("nhwngx", "những"),
        ("ddaijz", "đai"),  # z takes the tone off
        ("hoaf", "hòa"),  # the canonical place
    ],
)
def test_telex_in_other_orders(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("DDaij", "Đại"), ("Ddaij", "Đại"), ("DDAIJ", "ĐẠI"), ("Nguyeenx", "Nguyễn"), ("OWr", "Ở")],
)
def test_capitals_stay(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("HDDND", "HĐND"), ("hddnd", "hđnd"), ("QDD", "QĐ"), ("NSUWT", "NSƯT")]
)
def test_short_forms_keep_their_d_with_stroke(typed: str, meant: str) -> None:
    assert decode_telex(typed) == meant


@pytest.mark.parametrize(
    "word",
    [
        *listed(
            "dai hoc metric vector window law for facebook boss 2022 5b covid19 h5n1 đại z zoo"
        ),
        *("", "dddd", "aaaa", "oooo", "asf", "f" * 40),
    ],
)
def test_what_types_no_syllable_in_telex(word: str) -> None:
    assert decode_telex(word) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("d9ai5", "đại"),
        ("ho6i5", "hội"),
        ("phu7o7ng2", "phường"),
        ("phuong72", "phường"),
        ("nguye6n4", "nguyễn"),
        ("viet65", "việt"),
        ("a8n", "ăn"),
        ("dai95", "đại"),
        ("d9ai50", "đai"),
        ("HD9ND", "HĐND"),
        ("D9a8k1", "Đắk"),
    ],
)
def test_vni(typed: str, meant: str) -> None:
    assert decode_vni(typed) == meant


@pytest.mark.parametrize(
    "word", ["", "dai", "2022", "5b", "h5n1", "covid19", "b52", "top10", "u23"]
)
def test_what_types_no_syllable_in_vni(word: str) -> None:
    assert decode_vni(word) is None


@settings(deadline=None)
@given(syllables)
def test_every_syllable_survives_telex(word: str) -> None:
    keys = encode_telex(word)
    assert keys.isascii()
    assert (decode_telex(keys) or keys) == word


@settings(deadline=None)
@given(syllables)
def test_every_syllable_survives_vni(word: str) -> None:
    keys = encode_vni(word)
    assert keys.isascii()
    assert (decode_vni(keys) or keys) == word


@settings(deadline=None)
@given(st.text(max_size=15))
def test_any_word_gets_an_answer(word: str) -> None:
    for decode in (decode_telex, decode_vni):
        decoded = decode(word)
        assert decoded is None or decoded != word


def test_text_as_it_is_typed() -> None:
    text = "Đại hội Chi bộ khu 5B, TP.HCM: xe moóc và xoong, facebook"
    assert encode_telex(text) == (
        "DDaij hooij Chi booj khu 5B, TP.HCM: xe mooocs vaf xooong, facebook"
    )
    assert encode_vni("Đại hội ở ỦY BAN") == "D9ai5 ho6i5 o73 UY3 BAN"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ddaij hooij", "đại hội"),
        ("ddaij hooij chi booj khu 5b 2022", "đại hội chi bộ khu 5b 2022"),
        ("DDaij hooij, nhieemj kyf 2022-2025", "Đại hội, nhiệm kỳ 2022-2025"),
        ("Nguyeenx Vawn Cuwf", "Nguyễn Văn Cừ"),
        ("d9ai5 ho6i5 chi bo65", "đại hội chi bộ"),
        ("30/2020/NDD-CP", "30/2020/NĐ-CP"),
        ("nghij quyeets 01/TW", "nghị quyết 01/TW"),
        ("ddieenj thoaij samsung", "điện thoại samsung"),
        ("DDaij hooij", "Đại hội"),
        ("DDAIJ HOOIJ", "ĐẠI HỘI"),
        ("so73 y te61", "sở y tế"),
        ("tu7 ve65", "tư vệ"),
        ("gias ootoo", "giá ôtô"),
        ("o6to6", "ôtô"),
        ("vawscxin", "vắcxin"),
        ("va8cxin1", "vắcxin"),
        ("hd9nd xa4", "hđnd xã"),
    ],
)
def test_a_query_in_keystrokes(typed: str, meant: str) -> None:
    assert decode_query(typed) == meant


@pytest.mark.parametrize(
    "query",
    listed("metric vector list for test law window is as car taxi visa max 2022 covid19 h5n1 a4")
    + listed("i10 co2 xd9nd xoong 01-KL/TW quan8 lop5 …")
    + ["test list law", "this is a test for you", "hdd 1tb", "see moon", "gas bus", "khu 5b", ""]
    + listed("fax wifi queen boss excel facebook google coffee street free tree xix e71 a51")
    + ["u23 viet nam", "iphone 7 plus", "dai hoi chi bo", "hoc sinh", "74 kh du"],
)
def test_a_query_that_only_looks_like_keystrokes(query: str) -> None:
    assert decode_query(query) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("đường quoocs looj", "đường quốc lộ"),
        ("chợ nổi Ddoongf Thaps", "chợ nổi Đồng Tháp"),
        ("đi quo61c lo65 mới", "đi quốc lộ mới"),
    ],
)
def test_keystrokes_among_words_with_diacritics_are_decoded(typed: str, meant: str) -> None:
    assert decode_query(typed) == meant


@pytest.mark.parametrize(
    "query",
    ["máy bay su57", "điện thoại samsung", "trà sữa see you", "vé máy bay max", "sốtt xuất huyết"],
)
def test_names_and_doubtful_words_among_words_with_diacritics_stay(query: str) -> None:
    assert decode_query(query) is None


def test_a_doubtful_word_is_decoded_beside_real_keystrokes() -> None:
    assert decode_query("car") is None
    assert decode_query("taats car") == "tất cả"


def test_a_word_better_known_as_it_stands_is_kept_beside_real_keystrokes() -> None:
    assert decode_query("ddi taxi") == "đi taxi"


def test_a_bare_query_with_a_chance_keystroke_is_left_alone() -> None:
    assert decode_query("truong trung hoc pho thong soos") is None


def test_each_way_of_typing_can_be_asked_for_alone() -> None:
    assert decode_telex_query("d9ai5 ho6i5") is None
    assert decode_vni_query("ddaij hooij") is None
    assert decode_telex_query("ddaij hooij") == decode_vni_query("d9ai5 ho6i5") == "đại hội"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_query_raises(query: str) -> None:
    decoded = decode_query(query)
    assert decoded is None or decoded != query


@settings(deadline=None)
@given(st.lists(syllables, min_size=1, max_size=8))
def test_a_decoded_query_is_what_was_meant_or_as_typed(words: list[str]) -> None:
    meant = ["được"] * len(words) + words
    decoded = decode_query(encode_telex(" ".join(meant)))
    assert decoded is not None
    for word, got in zip(meant, decoded.split(), strict=True):
        assert got in (word, encode_telex(word))
