"""Repair: what is damaged comes out as it was meant, and what is not stays as it is."""

from __future__ import annotations

import pytest

from searchengine.text.encodings import breaks, misread_utf8, torn, viqr
from searchengine.text.encodings.charset import Charset
from searchengine.text.encodings.repairing import CHARSETS, repair
from searchengine.text.encodings.tcvn3 import TCVN3
from searchengine.text.encodings.viscii import VISCII
from searchengine.text.encodings.vni import VNI
from searchengine.text.encodings.vps import VPS

LETTER = """Thông báo về việc họp tổ dân phố
Bà con khu phố 7 họp lúc 19 giờ, bàn việc lát lại đường và dọn dẹp kênh mương.
Số: 12/TB-UBND, QĐ của tổ trưởng
Mỗi hộ cử một người dự (đúng giờ)."""

ENCODE = {
    **{one.name: one.encode for one in CHARSETS},
    viqr.NAME: viqr.encode,
    misread_utf8.NAME: misread_utf8.encode,
    misread_utf8.NAME_TWICE: lambda text: misread_utf8.encode(misread_utf8.encode(text)),
}


@pytest.mark.parametrize("kind", ENCODE)
def test_a_text_in_an_old_encoding_comes_back_and_is_named(kind: str) -> None:
    repaired = repair(ENCODE[kind](LETTER))
    assert (repaired.text, repaired.kinds) == (LETTER, (kind,))


@pytest.mark.parametrize("charset", CHARSETS, ids=lambda one: one.name)
def test_capitals_come_back(charset: Charset) -> None:
    heading = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    assert repair(charset.encode(heading)).text == heading


def test_capitals_among_the_controls_come_back() -> None:
    assert repair(VPS.encode("ANH NGỌC")).text == "ANH NGỌC"
    assert repair("a\x11b c\x12d").text == "a\x11b c\x12d"


def test_latin_1_has_controls_for_what_windows_1252_has_no_character_for() -> None:
    assert repair(LETTER.encode().decode("latin-1")).text == LETTER


def test_bytes_that_were_lost_on_the_way_are_found_again() -> None:
    seen = misread_utf8.encode(LETTER).replace("\xa0", " ").replace("\xad", "")
    assert repair(seen).text == LETTER


@pytest.mark.parametrize(
    "line",
    [
        "Bà con phường Hà Huy Tập ở thành phố Hà Nội, tỉnh Hà Tĩnh",
        "Thí sinh có ý chí, không khí vui, vị trí tốt và phí giữ xe (là 5 nghìn)",
        "Ông già (bà Cả) nói “hãy về nhà”, là vì mưa",
        "Bậc thang ở Sử Pá, Cơ Tu, hạn mặn và ngập",
        "Bà con đã về nhà",
        "Bà con sẽ lên nhà trí thức",
    ],
)
@pytest.mark.parametrize("spaces", ["as they were", "one by one"])
def test_of_two_letters_that_a_cut_one_may_be_the_likelier_is_read(line: str, spaces: str) -> None:
    seen = misread_utf8.encode(line).replace("\xa0", " ").replace("\xad", "")
    if spaces == "one by one":
        seen = " ".join(seen.split())
    assert repair(seen).text == line


def test_a_cut_letter_that_becomes_no_syllable_stays() -> None:
    line = misread_utf8.encode("Bà con vùng cao đã về họp")
    assert repair(f"{line} xqÃ").text == "Bà con vùng cao đã về họp xqÃ"


def test_a_word_in_capitals_is_none_that_was_cut() -> None:
    line = misread_utf8.encode("bà con đã về họp ở xã")
    assert repair(f"LÃNH ĐẠO, ĐÃ NÓI: {line}").text == "LÃNH ĐẠO, ĐÃ NÓI: bà con đã về họp ở xã"


def test_bytes_that_are_no_letter_stay() -> None:
    assert misread_utf8.decode("à\x80\x80 Ã¡") == "à\x80\x80 á"


def test_a_file_of_several_encodings_is_repaired_where_it_is_damaged() -> None:
    lines = LETTER.split("\n")
    mixed = [lines[0], TCVN3.encode(lines[1]), misread_utf8.encode(lines[2]), VNI.encode(lines[3])]
    repaired = repair("\n".join(mixed))
    assert repaired.text == LETTER
    assert set(repaired.kinds) == {TCVN3.name, misread_utf8.NAME, VNI.name}


def test_a_word_is_enough_among_others_and_not_by_itself() -> None:
    title = TCVN3.encode("Tiếng")
    assert repair(title).text == title
    assert repair(title, [TCVN3.name]).text == "Tiếng"


def test_repair_changes_nothing_more_the_second_time() -> None:
    once = repair(VISCII.encode(LETTER)).text
    assert repair(once) == repair(LETTER)
    assert repair(LETTER).kinds == ()


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("ĐIỀ U KHO ẢN CHUNG", "ĐIỀU KHOẢN CHUNG"),
        ("Đ Ạ I H Ộ I", "ĐẠI HỘI"),
        ("C H Ư Ơ N G I", "CHƯƠNG I"),
        ("C Ộ N G  H Ò A  X Ã  H Ộ I", "CỘNG HÒA XÃ HỘI"),
        ("Đ Ạ I  A B C", "ĐẠI  A B C"),
        ("ỦY BAN NHÂN DÂN T Ỉ NH", "ỦY BAN NHÂN DÂN TỈNH"),
        ("ngh ị quy ết c ủa H ội đ ồng", "nghị quyết của Hội đồng"),
    ],
)
def test_torn_letters_are_joined(seen: str, meant: str) -> None:
    repaired = repair(seen)
    assert (repaired.text, repaired.kinds) == (meant, (torn.NAME,))


def test_syllables_broken_at_the_end_of_a_line_are_joined_on_the_first() -> None:
    repaired = repair("Hội ng-\nhị lần thứ hai, thi-\n  ết bị mới")
    assert repaired.text == "Hội nghị\nlần thứ hai, thiết\nbị mới"
    assert repaired.kinds == (breaks.LINE_ENDS,)


def test_what_has_no_width_between_syllables_becomes_a_space() -> None:
    repaired = repair("Đại\u200bhội\u200bchi\u200bbộ và\u200bInternet")
    assert (repaired.text, repaired.kinds) == (
        "Đại hội chi bộ và Internet",
        (breaks.NO_WIDTH,),
    )


@pytest.mark.parametrize(
    "line",
    [
        "Đăk Lăk, Kon Tum, Đắk R'lấp, Ea H'leo, Y Ngông Niê",
        "Bà Tám và cô Hà",
        "A B C D E F",
        TCVN3.encode("đườngphốnhỏ" * 8),
        "Ảnh: VỪ A BẰNG, Thào A Sùng",
        "ĐÃ NÓI LÀ LÀM, NHÀ LÃNH ĐẠO, “VỀ XÃ”, “ĐÃ…”",
        "cà phê, ga tô, sô cô la, xà phòng, café, môtô, Beyoncé, Müller",
        "bệnh do thiếu vitamin D ở trẻ, viêm gan B ở người lớn, khối A ở trường",
        "chị Trần Thị T đi chợ, nhà 5 B ngõ 7, ông A, bà B",
        "A Ă Â B C D Đ E Ê G H I K L M N O Ô Ơ P Q R S T U Ư V X Y",
        "k ăn đc, ng yêu, ko ổn, vs ẻm",
        "1.234.567 đ | 12,5 % | x² + y² = z², 5 × 3 ÷ 2 ± 1 µm, kW·h",
        "f(x) = a^2 + b^2; e^x + o(n); a(b+c); u+v; dd/mm/yyyy",
        "Dai hoi chi bo to dan pho so 5 da thanh cong tot dep",
        "https://vi.example/Ã¡?q=%C3%A0&x=a+b+o+u và lan.anh@vi.example",
        "L'été dernier, à Noël, j'étais déjà là où ça se passe, près de l'hôtel",
        "riz thaï",
        "Straße, Übung, Müllers schöne Töchter für Fußgänger",
        "São Paulo: não há dúvida, ação, coração, maçã, pão, mãe",
        "© 2020 Công ty ABC ® ™ § 5 ¶ 3, 1º de mayo, 25 °C",
        "中文测试，越南语。 Привет, мир! 日本語のテスト ภาษาไทย",
        "đại-\nhội, kinh-\ntế, Lê-\nnin, multi-\nple, th-\nan",
        "Đại \u200bhội, example\u200bword, to\u200bdo, soft\u00adware, می\u200cخواهم",
    ],
)
def test_what_is_not_damaged_stays(line: str) -> None:
    assert repair(line).text == line
    assert repair(f"{LETTER}\n{line}").text == f"{LETTER}\n{line}"
    assert repair(line, [TCVN3.name, VNI.name]).text == line
