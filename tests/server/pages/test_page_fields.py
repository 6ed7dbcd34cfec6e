"""Fields that an index declares, on the page: facets, chips, sorting, a document's metadata."""

from __future__ import annotations

from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.fields import Field, IndexSettings
from tests.cluster.places import place_of_index
from tests.server.client import Client
from tests.server.pages.html import Engines, Page, ask, follow, state

FIELDS = (
    Field("loại", "keyword"),
    Field("lĩnh vực", "keyword"),
    Field("số trang", "number"),
    Field("kinh phí", "number"),
    Field("ngày ký", "date"),
)
KINDS = ("Nghị quyết", "Tờ trình", "Biên bản")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Client:
    """Twelve papers of a ward with five fields, and one paper with none of them."""
    place = place_of_index(tmp_path_factory.mktemp("papers") / "index")
    engine = SearchEngine.open(place, create=True)
    engine.configure(IndexSettings(fields=FIELDS))
    with engine.writer() as writer:
        writer.add(Document(id="rời", text="Giấy tờ về bờ kênh."))
        for number in range(12):
            extra = {
                "loại": KINDS[number % 3],
                "lĩnh vực": ["Môi trường", "Đất đai"] if number % 2 else "Môi trường",
                "số trang": 2 + number % 4 * 1.5,
                "kinh phí": 12_500 * (number + 1) if number > 1 else 99_000,
                "ngày ký": f"2022-{number + 1:02}-03",
                "ghi chú": "chép tay",
            }
            text = f"Giấy tờ về bờ kênh, bản thứ {number}."
            writer.add(Document(id=f"giấy/{number}", text=text, author="Tô Hoa", extra=extra))
    return Client(engine)


def values(page: Page, title: str) -> list[str]:
    """What the facet of this title lists."""
    for facet in page.all(".facet"):
        if facet.cssselect("h2")[0].text_content() == title:
            return [" ".join(one.text_content().split()) for one in facet.cssselect("li")]
    return []


def total(page: Page) -> int:
    return int(page.text("h1").split()[-3])


# Facets and chips


def test_each_declared_field_has_a_facet_under_its_own_name(papers: Client) -> None:
    page = ask(papers, q="bờ kênh")
    assert page.texts(".facet h2") == [
        "Tác giả", "loại", "lĩnh vực", "số trang", "kinh phí", "ngày ký",
    ]  # fmt: skip
    assert values(page, "loại") == ["Biên bản 4", "Nghị quyết 4", "Tờ trình 4"]
    assert values(page, "Tác giả") == ["Tô Hoa 12"]


def test_an_index_without_declared_fields_has_the_facets_of_every_index(archive: Client) -> None:
    page = ask(archive, q="trồng cây")
    assert page.texts(".facet h2") == ["Năm", "Nơi", "Nguồn"]


def test_a_value_narrows_and_its_chip_widens_again(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", page="2")
    narrowed = follow(papers, page.link("Tờ trình 4"))
    assert state(page.link("Tờ trình 4")) == {"q": "bờ kênh", "f": "loại=Tờ trình"}
    assert total(narrowed) == 4
    assert narrowed.texts(".chips a > span[lang]") == ["loại: Tờ trình"]
    assert narrowed.text(".facet [aria-current]") == "Tờ trình 4"
    for link in ("Bỏ lọc loại: Tờ trình", "Tờ trình 4"):
        assert state(narrowed.link(link)) == {"q": "bờ kênh"}


@pytest.mark.parametrize("title", ["Tác giả", "loại", "lĩnh vực", "số trang"])
def test_a_value_finds_as_many_documents_as_it_counts(papers: Client, title: str) -> None:
    page = ask(papers, q="bờ kênh")
    for value in values(page, title):
        assert total(follow(papers, page.link(value))) == int(value.split()[-1])


def test_values_of_several_fields_and_of_one_combine(papers: Client) -> None:
    page = ask(papers, q="bờ kênh")
    for value in ("Môi trường 12", "Đất đai 6", "Biên bản 2"):
        page = follow(papers, page.link(value))
    assert total(page) == 2
    assert page.texts(".chips a > span[lang]") == [
        "lĩnh vực: Môi trường", "lĩnh vực: Đất đai", "loại: Biên bản",
    ]  # fmt: skip
    assert state(page.link("Bỏ tất cả")) == {"q": "bờ kênh"}


def test_filters_by_fields_alone_list_their_documents(papers: Client) -> None:
    assert total(ask(papers, f="loại=Tờ trình")) == 4


# Numbers and dates


def test_few_numbers_are_listed_by_size_as_readers_write_them(papers: Client) -> None:
    page = ask(papers, q="bờ kênh")
    assert values(page, "số trang") == ["2 3", "3,5 3", "5 3", "6,5 3"]
    assert state(page.link("3,5 3"))["f"] == "số trang=3.5"
    assert ask(papers, f="số trang=3.5").texts(".chips a > span[lang]") == ["số trang: 3,5"]


def test_many_numbers_are_not_listed(papers: Client) -> None:
    page = ask(papers, q="bờ kênh")
    assert values(page, "kinh phí") == []
    assert page.texts("form.range label") == [
        "kinh phí Từ", "kinh phí Đến", "ngày ký Từ", "ngày ký Đến",
    ]  # fmt: skip


def test_a_number_takes_the_place_of_another(papers: Client) -> None:
    page = ask(papers, f="số trang=2..5")
    assert state(page.link("3,5 3")) == {"f": "số trang=3.5"}


@pytest.mark.parametrize(
    ("first", "last", "chip", "found"),
    [
        ("50000", "100000", "kinh phí: từ 50.000 đến 100.000", 7),
        ("100000", "", "kinh phí: từ 100.000", 5),
        ("", "37500.5", "kinh phí: đến 37.500,5", 1),
    ],
)
def test_many_numbers_are_narrowed_to_a_range(
    papers: Client, first: str, last: str, chip: str, found: int
) -> None:
    page = ask(papers, q="bờ kênh", field="kinh phí", first=first, last=last)
    assert page.texts(".chips a > span[lang]") == [chip]
    assert total(page) == found
    assert state(page.link("English"))["f"] == f"kinh phí={first}..{last}"


def test_the_form_for_a_range_shows_and_replaces_what_is_asked(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", f="kinh phí=50000..60000", sort="date", page="1")
    form = next(form for form in page.all("form.range") if form.cssselect("[value='kinh phí']"))
    sent = {field.get("name"): field.get("value") for field in form.cssselect("input")}
    assert sent == {
        "q": "bờ kênh", "f": "kinh phí=50000..60000", "sort": "date",
        "field": "kinh phí", "first": "50000", "last": "60000",
    }  # fmt: skip
    wider = ask(papers, **{**sent, "last": "75000"})
    assert state(wider.link("English"))["f"] == "kinh phí=50000..75000"
    assert not ask(papers, **{**sent, "first": "", "last": ""}).all(".chips")


def test_dates_are_narrowed_as_people_write_them(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", field="ngày ký", first="3/5/2022", last="08/2022")
    assert page.texts(".chips a > span[lang]") == ["ngày ký: từ 3/5/2022 đến 08/2022"]
    assert values(page, "ngày ký") == [
        "03/08/2022 1",
        "03/07/2022 1",
        "03/06/2022 1",
        "03/05/2022 1",
    ]
    one = follow(papers, page.link("03/06/2022 1"))
    assert one.texts(".chips a > span[lang]") == ["ngày ký: 03/06/2022"]
    assert total(one) == 1


# Sorting


def titles(page: Page) -> list[str]:
    return [state(link.get("href"))["id"] for link in page.all(".hits h2 a")]


def test_declared_numbers_and_dates_can_be_sorted_by(papers: Client) -> None:
    page = ask(papers, q="bờ kênh")
    assert page.texts(".sorts a") == [
        "Phù hợp nhất", "Mới nhất", "số trang", "kinh phí", "ngày ký",
    ]  # fmt: skip
    dearest = follow(papers, page.link("kinh phí"))
    assert titles(dearest)[:2] == ["giấy/11", "giấy/10"]
    assert dearest.texts(".sorts [aria-current]") == ["kinh phí", "Lớn nhất trước"]
    cheapest = follow(papers, dearest.link("Nhỏ nhất trước"))
    assert titles(cheapest)[0] == "giấy/2"
    assert cheapest.texts(".sorts [aria-current]") == ["kinh phí", "Nhỏ nhất trước"]


def test_hits_show_what_they_are_sorted_by(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", sort="kinh phí:asc")
    assert page.texts(".about")[:2] == ["kinh phí: 37.500", "kinh phí: 50.000"]
    assert len(page.texts(".about")) == 10
    assert ask(papers, q="bờ kênh").texts(".about") == []


def test_dates_sort_from_the_newest_or_the_oldest(papers: Client) -> None:
    newest = follow(papers, ask(papers, q="bờ kênh").link("ngày ký"))
    assert titles(newest)[0] == "giấy/11"
    assert titles(follow(papers, newest.link("Cũ nhất trước")))[0] == "giấy/0"


def test_the_twin_for_programs_is_narrowed_and_sorted_alike(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", f="loại=Tờ trình", sort="kinh phí:asc")
    twin = papers.json(page.one("link[type='application/json']").get("href"))
    assert [hit["id"] for hit in twin["hits"]] == titles(page)
    assert twin["total"] == total(page) == 4


# The page of a document


def test_a_document_shows_declared_fields_and_no_others(papers: Client) -> None:
    page = ask(papers, "/document", id="giấy/9")
    facts = dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))
    assert facts == {
        "Ngày": "không rõ",
        "Tác giả": "Tô Hoa",
        "loại": "Nghị quyết",
        "lĩnh vực": "Môi trường, Đất đai",
        "số trang": "3,5",
        "kinh phí": "125.000",
        "ngày ký": "03/10/2022",
        "Mã": "giấy/9",
    }
    assert page.one(".facts time").get("datetime") == "2022-10-03"


def test_a_document_without_a_field_does_not_name_it(papers: Client) -> None:
    assert ask(papers, "/document", id="rời").texts(".facts dt") == ["Ngày", "Mã"]


def test_a_document_leads_back_to_the_filters_it_was_found_by(papers: Client) -> None:
    results = ask(papers, q="bờ kênh", f="lĩnh vực=Đất đai", sort="số trang:asc")
    page = follow(papers, results.all(".hits h2 a")[0].get("href"))
    assert state(page.one(".back a").get("href")) == {
        "q": "bờ kênh", "f": "lĩnh vực=Đất đai", "sort": "số trang:asc",
    }  # fmt: skip


# What cannot be


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"f": "cỡ chữ=12"}, "Không có trường nào tên là “cỡ chữ”. Có các trường: kind, place,"),
        (
            {"sort": "cỡ chữ"},
            "Không có trường nào tên là “cỡ chữ”. Có các trường: score, date, kind,",
        ),
        ({"f": "số trang=dày"}, "“dày” không phải là số. Hãy lọc “số trang” theo một số"),
        ({"f": "loại"}, "“loại” chưa phải là phép lọc. Hãy viết TRƯỜNG=GIÁ TRỊ"),
        ({"f": "ngày ký=hôm nọ"}, "“hôm nọ” không phải là ngày."),
        ({"f": "ngày ký=31/2/2022"}, "Trong lịch không có ngày “31/2/2022”."),
        ({"sort": "số trang:lên"}, "Không có cách sắp xếp “số trang:lên”."),
        ({"sort": "score:asc"}, "Văn bản phù hợp nhất bao giờ cũng đứng đầu"),
    ],
)
def test_what_cannot_be_asked_of_fields_is_told_in_vietnamese(
    papers: Client, asked: dict[str, str], said: str
) -> None:
    page = ask(papers, q="bờ kênh", **asked)
    assert (page.status, page.text("h1")) == (400, "Yêu cầu này chưa đúng")
    assert said in page.text(".warn[role=alert]")
    assert page.one(".warn").get("lang") == "vi"


def test_a_field_that_there_is_not_is_told_with_those_there_are(papers: Client) -> None:
    said = ask(papers, q="bờ kênh", f="cỡ chữ=12").text(".warn")
    assert said.endswith("loại, lĩnh vực, số trang, kinh phí, ngày ký.")


def test_from_what_cannot_be_one_link_leads_back(papers: Client) -> None:
    page = ask(papers, q="bờ kênh", f="cỡ chữ=12")
    assert state(page.link("Bỏ lọc cỡ chữ=12")) == {"q": "bờ kênh"}
    page = ask(papers, q="bờ kênh", sort="cỡ chữ")
    assert state(page.link("Phù hợp nhất")) == {"q": "bờ kênh"}


def test_hostile_values_stay_text(make_engine: Engines) -> None:
    hostile: Any = "\"'><script>alert(1)</script>&f=loại=x"
    engine = make_engine()
    engine.configure(IndexSettings(fields=FIELDS))
    with engine.writer() as writer:
        writer.add(Document(id="a", text="mưa", extra={"loại": hostile, "số trang": hostile}))
    client = Client(engine)
    page = ask(client, q="mưa")
    narrowed = follow(client, page.link(f"{hostile} 1"))
    assert total(narrowed) == 1
    for shown in (page, narrowed, ask(client, "/document", id="a"), ask(client, f=hostile)):
        assert len(shown.all("script")) == 1


def test_a_day_long_ago_can_be_chosen(make_engine: Engines) -> None:
    engine = make_engine()
    engine.configure(IndexSettings(fields=FIELDS))
    with engine.writer() as writer:
        for day in ("1884-06-06", "1789-01-30"):
            writer.add(Document(id=day, text="Sắc phong đình làng.", extra={"ngày ký": day}))
    client = Client(engine)
    page = follow(client, ask(client, q="sắc phong").link("30/01/1789 1"))
    assert titles(page) == ["1789-01-30"]
