"""However a query is typed, it finds the same pages; and what a naive rule would spoil."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest

from searchengine import Document, SearchEngine
from searchengine.evaluation import TYPINGS
from tests.conftest import ids

Make = Callable[..., SearchEngine]

PAGES = (
    "Đại hội Đảng bộ phường bầu ban chấp hành mới gồm mười lăm đồng chí.",
    "Ủy ban nhân dân phường hòa giải thành vụ tranh chấp lối đi.",
    "Bác sĩ kỹ thuật cao khuyên giữ kỷ luật giờ giấc khi uống thuốc.",
    "Năm nay đội bóng nam thắng ba trận liền trên sân nhà.",
    "Con đường ven sông vừa được rải nhựa, dài hai cây số.",
    "Giá đường trắng giảm, nông dân trồng mía lo lắng.",
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    engine = SearchEngine.open(tmp_path_factory.mktemp("typing") / "index", create=True)
    with engine.writer() as writer:
        for letter, text in zip("abcdef", PAGES, strict=True):
            writer.add(Document(id=letter, text=text))
    return engine


def scores(engine: SearchEngine, query: str) -> dict[str, float]:
    return {hit.id: hit.score for hit in engine.search(query, date_boost=False)}


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("đại hội Đảng bộ", "a"),
        ("ủy ban hòa giải", "b"),
        ("bác sĩ khuyên giữ kỷ luật", "c"),
        ("đội bóng nam thắng", "d"),
        ("con đường ven sông", "e"),
        ("giá đường trắng", "f"),
    ],
)
@pytest.mark.parametrize("typing", TYPINGS)
def test_every_way_of_typing_finds_the_page_first(
    engine: SearchEngine, typing: str, query: str, page: str
) -> None:
    assert ids(engine.search(TYPINGS[typing](query)))[0] == page


@pytest.mark.parametrize("typing", ["nfd", "capitals", "other-placement"])
def test_form_capitals_and_placement_do_not_change_a_score(
    engine: SearchEngine, typing: str
) -> None:
    query = "ủy ban hòa giải, giữ kỷ luật"
    assert scores(engine, TYPINGS[typing](query)) == pytest.approx(scores(engine, query))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kỷ luật", "kỉ luật"),
        ("kỹ thuật", "kĩ thuật"),
        ("bác sĩ", "bác sỹ"),
        ("ky luat", "ki luat"),
        ('"kỹ thuật cao"', '"kĩ thuật cao"'),
        ("+kỷ thuốc", "+kỉ thuốc"),
        ("uỷ ban", "ủy ban"),
    ],
)
def test_spellings_of_one_word_are_one_term(engine: SearchEngine, one: str, other: str) -> None:
    found = scores(engine, one)
    assert found
    assert scores(engine, other) == pytest.approx(found)


def test_the_page_may_have_the_rarer_spelling(make_engine: Make) -> None:
    engine = make_engine(
        Document(id="a", title="Kỉ luật lớp", text="Thầy qui định giờ học.", place="xã Mĩ Lí")
    )
    for query in ("quy định", '"quy định giờ"', '"kỷ luật"', 'title:"kỷ luật"', "title:kỷ", "quy*"):
        assert ids(engine.search(query)) == ["a"], query
    assert ids(engine.search("quy định", place="Mỹ Lý")) == ["a"]
    assert ids(engine.search("quy định", place="my li")) == ["a"]


def test_what_is_marked_is_what_stands_in_the_page(make_engine: Make) -> None:
    text = "Thầy qui định giờ học."
    engine = make_engine(text)
    for query in ("quy định", "qui dinh", "quy dinh", '"quy định"', '"quy dinh"', "quy* định*"):
        hit = engine.search(query).hits[0]
        assert [hit.snippet[start:end] for start, end in hit.highlights] == ["qui định"], query


def test_a_prefix_is_not_respelled(make_engine: Make) -> None:
    engine = make_engine("Kiểm tra sổ sách.", "Thời kỳ mới.", "Cây cầu kì lạ.")
    assert ids(engine.search("kiể*")) == ids(engine.search("kiê*")) == ["a"]
    assert sorted(ids(engine.search("ki*"))) == ["a", "b", "c"]
    assert sorted(ids(engine.search("kỳ*"))) == sorted(ids(engine.search("kì*"))) == ["b", "c"]


def test_a_prefix_takes_every_tone_until_it_has_one(make_engine: Make) -> None:
    engine = make_engine("Phường Bến Nghé.", "Phương án mới.", "Phun sơn.", "Phướn bay.")
    assert sorted(ids(engine.search("phươ*"))) == ["a", "b", "d"]
    assert ids(engine.search("phườ*")) == ["a"]
    hit = engine.search("phườ*").hits[0]
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["Phường"]


def test_names_that_differ_by_i_and_y_stay_apart(make_engine: Make) -> None:
    engine = make_engine("Chị Vy về quê.", "Chị Vi về quê.")
    assert ids(engine.search("+Vy")) == ["a"]
    assert ids(engine.search("+vi")) == ["b"]


def test_document_numbers_keep_their_letters(make_engine: Make) -> None:
    engine = make_engine("Quyết định 12/QĐ-TY về thú y.", "Quyết định 12/QĐ-TI về tin học.")
    assert ids(engine.search("number:12/QĐ-TY")) == ["a"]
    assert ids(engine.search("number:12/QĐ-TI")) == ["b"]
    assert ids(engine.search("12 qd ti"))[0] == "b"


@pytest.mark.parametrize("query", ["74-KH/ĐU", "74 kh du", "74/KH-ĐU", "074 KH ĐU", "74 KH DU"])
def test_a_document_number_typed_in_any_way(make_engine: Make, query: str) -> None:
    engine = make_engine("Kế hoạch số 47-KH/ĐU ngày đầu.", "Kế hoạch số 74-KH/ĐU ngày sau.")
    assert ids(engine.search(query))[0] == "b"


@pytest.mark.parametrize("query", ["UBND phường", "ubnd phường", "uỷ ban nhân dân", "uy ban"])
def test_an_abbreviation_and_its_full_form(make_engine: Make, query: str) -> None:
    engine = make_engine("Chợ phường họp sớm.", "UBND phường họp.", "Ủy ban nhân dân phường họp.")
    found = ids(engine.search(query))
    if query != "uy ban":
        assert set(found[:2]) == {"b", "c"}
    assert found[0] in "bc"


def test_capitals(engine: SearchEngine) -> None:
    assert ids(engine.search("ĐẠI HỘI"))[0] == "a"
    assert ids(engine.search("DAI HOI"))[0] == "a"


def test_a_street_is_not_a_duong_of_another_name(make_engine: Make) -> None:
    engine = make_engine("Anh Dương ra chợ.", "Sửa đường ra chợ.", "Tranh chan dung ra cho duong.")
    assert ids(engine.search("đường"))[0] == "b"
    assert ids(engine.search("+đường")) == ["b"]
    assert ids(engine.search("duong"))[0] == "c"
    assert set(ids(engine.search("duong"))) == {"a", "b", "c"}


def test_the_south_is_not_a_year(make_engine: Make) -> None:
    engine = make_engine("Gạo Việt Nam được giá.", "Gạo năm trước được giá.")
    assert ids(engine.search("gạo Việt Nam"))[0] == "a"
    assert ids(engine.search("gạo năm"))[0] == "b"
    assert ids(engine.search("+năm gạo")) == ["b"]


# Keystrokes


@pytest.mark.parametrize(
    "query", ["ddaij hooij", "DDaij hooij", "DDAIJ HOOIJ", "d9ai5 ho6i5", "daij9 hoi65"]
)
def test_keystrokes_are_read_as_what_was_meant(engine: SearchEngine, query: str) -> None:
    results = engine.search(query)
    assert ids(results)[0] == "a"
    assert results.notes or query == "daij9 hoi65"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"nguwowif cao tuooir"', '"người cao tuổi"'),
        ("hooij -phuwowngf", "hội -phường"),
        ("+dduwowngf vens", "+đường vén"),
        ("title:hooij OR ddaij", "title:hội OR đại"),
        ("(hooij AND ddaij) ban", "(hội AND đại) ban"),
        ('d9u7o7ng2 "ven so6ng"', 'đường "ven sông"'),
        ("d9u7o7ng2 NEAR/3 so6ng", "đường NEAR/3 sông"),
        ("dduwowngf vens date:2022", "đường vén date:2022"),
    ],
)
def test_keystrokes_are_read_within_operators(engine: SearchEngine, typed: str, meant: str) -> None:
    results = engine.search(typed)
    assert results.notes == (f"read as keystrokes: {meant}",)
    assert scores(engine, typed) == pytest.approx(scores(engine, meant))


def test_keystrokes_score_as_what_was_meant(engine: SearchEngine) -> None:
    meant = scores(engine, "giá đường trắng")
    assert meant
    assert scores(engine, "gias dduwowngf trawngs") == pytest.approx(meant)
    assert scores(engine, "gia1 d9u7o7ng2 tra81ng") == pytest.approx(meant)


def test_keystrokes_beside_words_with_diacritics_are_read(engine: SearchEngine) -> None:
    results = engine.search("ủy ban hoaf giair")
    assert results.notes == ("read as keystrokes: ủy ban hòa giải",)
    assert ids(results)[0] == "b"


@pytest.mark.parametrize(
    "query",
    ["giá iphone 12 pro max", "phòng test nhanh", "máy bay su57", "họp google meet",
     "metric", "vector", "fax", "wifi", "test", "queen", "boss", "excel", "taxi", "facebook", "see",
     "window list", "car park", "top 10", "covid19", "h5n1", "a4", "quan8", "iphone 12 pro max",
     "World Cup", "thế kỷ XIX", "real madrid", "7up", "co2", "street food", "google maps", "5s"],
)  # fmt: skip
def test_foreign_words_and_codes_are_not_keystrokes(engine: SearchEngine, query: str) -> None:
    notes = engine.search(query).notes
    assert not [note for note in notes if note.startswith("read as")]


def test_what_the_index_holds_is_not_keystrokes(make_engine: Make) -> None:
    engine = make_engine("Ca sĩ Noo hát ở Sachs tối qua.", "Sách nô nức người xem.")
    for query in ("noo", "sachs"):
        results = engine.search(query)
        assert results.notes == ()
        assert ids(results)[0] == "a"


# Some words with diacritics, some without

MIXED_PAGES = (
    "Đại hội đảng bộ khai mạc.",
    "Đại dương bao la, gió hơi mạnh.",
    "Đáng nói là bố cục bức tranh đẹp.",
    "Anh hỏi thăm, bộ đội trả lời.",
    "Đài phát thanh đảo đưa tin.",
    "Trẻ ho kéo dài nên đi khám.",
    "Họ hàng ở hồ về thăm trẻ.",
    "Hoa nở bên hộ gia đình trẻ.",
    "Hồ nước trong, trẻ tắm mát.",
)


def test_the_bare_words_of_a_mixed_query_stand_for_every_marking(make_engine: Make) -> None:
    engine = make_engine(*MIXED_PAGES)
    assert ids(engine.search("đại hoi dang bo"))[0] == "a"
    parts = engine.explain("đại hoi dang bo", "a", date_boost=False).parts
    weights = {(part.field, part.term): part.weight for part in parts}
    assert weights["folded", "hoi"] == pytest.approx(1.0)
    assert weights["folded", "dai"] == pytest.approx(0.3)
    # The typed mark still counts: without it both would score alike.
    mixed = scores(engine, "đại hoi dang bo")
    assert mixed["b"] > mixed["e"]


def test_a_rightly_bare_word_keeps_its_weight_beside_others(make_engine: Make) -> None:
    engine = make_engine(*MIXED_PAGES)
    assert ids(engine.search("trẻ ho kéo dài"))[0] == "f"
    assert ids(engine.search("trẻ ho"))[0] == "f"


def test_a_query_as_typed_is_not_taken_for_a_mixed_one(make_engine: Make) -> None:
    engine = make_engine("Đội nam ta thắng ba trận.", "Năm nay tả tơi bà con.", "Nam ca ba.")
    parts = engine.explain("đội nam ta thắng", "a", date_boost=False).parts
    weights = {(part.field, part.term): part.weight for part in parts}
    assert weights["syllables", "nam"] == weights["syllables", "thắng"]
    assert weights["folded", "nam"] == weights["folded", "thang"]


def test_nfd_pages_and_queries_meet(make_engine: Make) -> None:
    engine = make_engine(unicodedata.normalize("NFD", "Kỉ niệm ngày thành lập"))
    assert ids(engine.search("+kỷ +niệm")) == ["a"]


def test_the_bare_words_of_a_mixed_query_are_marked_however_a_page_has_them(
    make_engine: Make,
) -> None:
    engine = make_engine(
        "Đại hội đảng bộ phường", "Hội nghị của đảng bộ", "Bộ đội", "Hỏi đáp", "Đáng quý"
    )
    hit = engine.search("đại hoi dang bo").hits[0]
    assert [hit.snippet[start:end] for start, end in hit.highlights] == ["Đại hội đảng bộ"]
    title = "Đại hội Đảng bộ, đai ốc"
    spans = engine.highlights("đại hoi dang bo", title)
    assert [title[start:end] for start, end in spans] == ["Đại hội Đảng bộ"]


def test_words_that_are_rightly_bare_are_marked_as_typed(make_engine: Make) -> None:
    engine = make_engine("Miền Nam năm nay", "Đi về miền nam", "Việt Nam")
    spans = engine.highlights("miền nam", "Miền Nam năm nay")
    assert list(spans) == [(0, 8)]


def test_a_figure_right_behind_letters_is_found_in_quotes(
    make_engine: Callable[..., SearchEngine],
) -> None:
    engine = make_engine("Bản v1.5b đã ra.", "Bản v1 đã ra.")
    for query in ('"v1.5b"', '"bản v1.5b"', '"ban v1.5b da ra"'):
        assert ids(engine.search(query)) == ["a"]
