"""The page as HTML: what a person without scripts gets, read back from the application."""

from __future__ import annotations

import datetime
from typing import Any

import lxml.html
import pytest

from searchengine import Document, SearchView
from searchengine.errors import IndexDamagedError
from searchengine.server.http.limits import BusyError
from tests.server.client import Client
from tests.server.pages.html import HTML, Engines, ask, follow, state


def test_a_hit_has_title_date_place_and_snippet_with_marks(client: Client) -> None:
    page = ask(client, q="dai hoi chi bo khu 5b")
    hit = page.all(".hits li")[0]
    assert "Đại hội Chi bộ khu 5B" in hit.cssselect("h2")[0].text_content()
    assert [mark.text for mark in hit.cssselect("h2 mark")] == ["Đại hội Chi bộ khu 5B"]
    assert hit.cssselect(".about")[0].text_content() == "03/07/2022phường Quang Trung"
    assert hit.cssselect("time")[0].get("datetime") == "2022-07-03"
    assert hit.cssselect(".snippet mark")
    assert page.text("h1") == "Kết quả tìm: 4 văn bản"


def test_a_page_with_nothing_but_hits_that_lack_words_says_so(make_engine: Engines) -> None:
    texts = ("mưa", "nắng", "gió")
    client = Client(make_engine(*(Document(id=one, text=f"Trời {one}.") for one in texts)))
    page = ask(client, q="mưa nắng gió")
    assert page.text("h1") == "Kết quả tìm: không văn bản nào có đủ các từ"
    assert len(page.all(".partial .hits li")) == 3
    assert "0 văn bản" in ask(client, q="tuyết").text("h1")


def test_hits_that_lack_words_stand_below_a_heading_of_their_own(client: Client) -> None:
    page = ask(client, q="dai hoi chi bo khu 5b")
    assert page.text("#partial") == "Không đủ từ"
    assert "1 văn bản thiếu một số từ" in page.text(".partial > p")
    assert len(page.all(".partial .hits li")) == 1
    assert len(page.all(".hits li")) == 5
    assert not ask(client, q="phường").all(".partial")


def test_what_no_page_has_is_left_aside_and_said(client: Client) -> None:
    page = ask(client, q="đại hội robot", correct="off")
    assert "Không trang nào có các từ sau, nên đã bỏ qua: robot." in page.text("#results")
    assert not page.all(".partial h2") or page.text("h1") == "Kết quả tìm: 4 văn bản"


def test_more_that_lack_words_are_a_link_away(make_engine: Engines) -> None:
    pages = [f"Lúa thửa {at} chín sớm." for at in range(3)]
    pages += [f"Lúa nương {at} trổ bông." for at in range(12)]
    client = Client(make_engine(*pages, *(f"Chợ phiên {at}" for at in range(40))))
    page = ask(client, q="lúa sớm chín")
    assert page.text("h1") == "Kết quả tìm: 3 văn bản"
    assert len(page.all(".partial .hits li")) == 7
    more = follow(client, page.one("p.more a").get("href"))
    assert len(more.all(".partial .hits li")) == 5
    assert not more.all("p.more a")


def test_a_hit_says_how_many_pages_say_the_same_and_lists_them(make_engine: Engines) -> None:
    text = " ".join(f"Nhà số {number} trồng cây bên bờ kênh." for number in range(40))
    copies = [Document(id=f"{at}", title=f"Bản <{at}>", text=text) for at in range(14)]
    other = Document(id="z", text="Chợ hoa xuân mở ở bờ kênh, bán cây cảnh.")
    client = Client(make_engine(*copies[:3], other))
    page = ask(client, q="cây kênh", sort="date")
    assert page.text("h1") == "Kết quả tìm: 2 văn bản"
    (same,) = page.all(".hits details")
    assert same.cssselect("summary")[0].text_content() == "2 bài giống nhau"
    links = same.cssselect("li a")
    assert [link.text_content() for link in links] == ["Bản <1>", "Bản <2>"]
    assert follow(client, links[1].get("href")).text("h1") == "Bản <2>"
    english = ask(client, q="cây kênh", lang="en")
    assert english.text(".hits summary") == "2 pages say the same"
    many = ask(Client(make_engine(*copies)), q="cây kênh")
    assert many.text(".hits summary") == "13 bài giống nhau"
    assert len(many.all(".hits details li")) == 10


@pytest.mark.parametrize(
    ("precision", "shown", "machine"),
    [
        ("day", "02/09/2021", "2021-09-02"),
        ("month", "09/2021", "2021-09"),
        ("year", "2021", "2021"),
    ],
)
def test_a_date_is_no_more_precise_than_it_is_known(
    make_engine: Engines, precision: Any, shown: str, machine: str
) -> None:
    date = datetime.date(2021, 9, 2)
    document = Document(id="a", text="gặt lúa", date=date, date_precision=precision)
    page = ask(Client(make_engine(document)), q="gặt lúa")
    assert page.text(".hits time") == shown
    assert page.one(".hits time").get("datetime") == machine


def test_english_is_one_link_away_and_stays(client: Client) -> None:
    english = follow(client, ask(client, q="chi bộ", sort="date").link("English"))
    assert english.one("//html").get("lang") == "en"
    assert english.text("h1") == "Search results: 4 documents"
    assert state(english.link("Tiếng Việt")) == {"q": "chi bộ", "sort": "date"}
    assert all("lang=en" in link.get("href") for link in english.all(".hits h2 a"))


def test_the_language_asked_by_the_browser_is_not_used(client: Client) -> None:
    response = client.get("/", headers={**HTML, "accept-language": "en-GB,en"})
    assert 'lang="vi"' in response.text
    assert "set-cookie" not in response.headers


def test_a_facet_narrows_and_its_chip_widens_again(archive: Client) -> None:
    page = ask(archive, q="trồng cây", sort="date", page="2")
    place = page.link("phường Sấu 9")
    assert state(place) == {"q": "trồng cây", "sort": "date", "place": "phường Sấu"}
    narrowed = follow(archive, place)
    assert narrowed.text("h1").endswith(": 9 văn bản")
    assert {"phường Sấu"} <= set(narrowed.texts(".chips a > span[lang]"))
    assert state(narrowed.link("Bỏ lọc phường Sấu")) == {"q": "trồng cây", "sort": "date"}


def test_facets_of_year_place_and_source_combine(archive: Client) -> None:
    page = ask(archive, q="trồng cây", year="2019", place="phường Bàng", source="Loa sáng")
    assert page.texts(".chips a > span[lang]") == ["Năm 2019", "phường Bàng", "Loa sáng"]
    assert {text[-4:] for text in page.texts(".hits time")} == {"2019"}
    assert state(page.link("Bỏ tất cả")) == {"q": "trồng cây"}


def test_each_bar_of_the_histogram_is_a_named_link(archive: Client) -> None:
    page = ask(archive, q="trồng cây")
    names = [bar.get("aria-label") for bar in page.all(".histogram a")]
    assert names == [
        "2018: 6 văn bản",
        "2019: 5 văn bản",
        "2020: 5 văn bản",
        "2021: 5 văn bản",
        "2022: 5 văn bản",
    ]
    narrowed = follow(archive, page.link("2020: 5 văn bản"))
    assert narrowed.text("h1").endswith(": 5 văn bản")
    assert narrowed.texts(".chips a > span[lang]") == ["2020"]


def test_within_a_few_years_the_bars_are_months(archive: Client) -> None:
    page = ask(archive, q="trồng cây", **{"from": "2019", "to": "2020"})
    bar = page.all(".histogram a")[0]
    assert bar.get("aria-label") == "02/2019: 1 văn bản"
    narrowed = follow(archive, bar.get("href"))
    assert {text[3:] for text in narrowed.texts(".hits time")} == {bar.get("aria-label")[:7]}


@pytest.mark.parametrize(
    ("since", "until", "total"),
    [("2021", "", 10), ("", "31/12/2018", 6), ("03/01/2018", "1/2018", 1), ("2019", "2020", 10)],
)
def test_date_range_takes_dates_as_people_write_them(
    archive: Client, since: str, until: str, total: int
) -> None:
    page = ask(archive, q="trồng cây", **{"from": since, "to": until})
    assert page.text("h1").endswith(f": {total} văn bản")
    assert page.one(".dates input[name=from]").get("value") == since
    assert page.one(".dates input[name=to]").get("value") == until


def test_the_date_form_keeps_everything_else(archive: Client) -> None:
    page = ask(archive, q="trồng cây", place="phường Sấu", sort="date", boost="off", page="1")
    hidden = {field.get("name"): field.get("value") for field in page.all(".dates [type=hidden]")}
    assert hidden == {"q": "trồng cây", "place": "phường Sấu", "sort": "date", "boost": "off"}


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("31/02/2022", "", "“31/02/2022” không phải là ngày"),
        ("hôm nọ", "", "“hôm nọ” không phải là ngày"),
        ("2022", "2021", "Ngày bắt đầu ở sau ngày kết thúc"),
    ],
)
def test_a_date_that_is_none_is_told_beside_what_was_typed(
    archive: Client, since: str, until: str, said: str
) -> None:
    page = ask(archive, q="trồng cây", **{"from": since, "to": until})
    assert page.status == 400
    assert said in page.text(".warn[role=alert]")
    assert page.one(".dates input[name=from]").get("value") == since
    assert len(page.all("input[aria-invalid]")) == 1
    assert page.one(".search input[name=q]").get("value") == "trồng cây"


def test_sorted_by_date_the_newest_come_first(archive: Client) -> None:
    page = follow(archive, ask(archive, q="trồng cây").link("Mới nhất"))
    years = [int(text[-4:]) for text in page.texts(".hits time")]
    assert years == sorted(years, reverse=True)
    assert page.text(".overview [aria-current]") == "Mới nhất"


def test_the_date_boost_can_be_switched_off(make_engine: Engines) -> None:
    old = Document(id="old", text="đón xuân", date=datetime.date(1990, 1, 1))
    new = Document(id="new", text="đón xuân về", date=datetime.date.today())
    client = Client(make_engine(old, new))
    page = ask(client, q="đón xuân")
    assert [state(link.get("href"))["id"] for link in page.all(".hits a")] == ["new", "old"]
    off = page.one("[aria-labelledby=switch-boost] a:last-child").get("href")
    plain = follow(client, off)
    assert state(off) == {"q": "đón xuân", "boost": "off"}
    assert [state(link.get("href"))["id"] for link in plain.all(".hits a")] == ["old", "new"]


def test_all_the_words_can_be_asked_for(archive: Client) -> None:
    page = ask(archive, q="trồng cây 7")
    assert page.text("h1").endswith(": 1 văn bản")
    assert page.all(".partial .hits li")
    page = follow(archive, page.one("[aria-labelledby=switch-all] a:first-child").get("href"))
    assert page.text("h1").endswith(": 1 văn bản")
    assert not page.all(".partial")


def test_pages_follow_each_other(archive: Client) -> None:
    first = ask(archive, q="trồng cây")
    assert not first.all("link[rel=prev]")
    second = follow(archive, first.one("link[rel=next]").get("href"))
    assert second.text(".pages [aria-current=page]") == "2"
    assert "trang 2/3" in second.text(".overview")
    assert state(second.one("a[rel=prev]").get("href")) == {"q": "trồng cây"}
    third = follow(archive, second.one("a[rel=next]").get("href"))
    assert len(third.all(".hits li")) == 6
    assert not third.all("a[rel=next]")


def test_a_page_past_the_last_leads_back(archive: Client) -> None:
    page = ask(archive, q="trồng cây", page="7")
    assert "Không có trang 7: kết quả chỉ có 3 trang." in page.text(".panel")
    assert state(page.link("Về trang đầu của kết quả")) == {"q": "trồng cây"}


def test_nothing_found_says_what_to_try(client: Client) -> None:
    page = ask(client, q="zzkxqj", place="phường Không Đâu")
    assert page.text("h2#nothing") == "Không tìm thấy văn bản nào"
    assert len(page.all(".empty li")) >= 3
    assert state(page.link("Tìm lại mà không lọc")) == {"q": "zzkxqj"}


def test_a_filter_alone_lists_its_documents(archive: Client) -> None:
    page = ask(archive, place="phường Sấu")
    assert page.text("h1").endswith(": 9 văn bản")


def test_notes_of_the_engine_are_translated(client: Client) -> None:
    assert "không hợp thành phép tìm" in ask(client, q='đại hội "chi bộ').text(".panel")
    assert "searched as plain words" in ask(client, q='đại hội "chi bộ', lang="en").text(".panel")


def test_a_long_paste_is_cut_and_told_so_on_the_page(client: Client) -> None:
    page = ask(client, q="xuân " * 1000)
    assert page.status == 200
    assert "chỉ tìm 256 từ đầu" in page.text("p.panel")


def test_an_over_long_query_is_told_on_the_page(client: Client) -> None:
    page = ask(client, q="x " * 12_000)
    assert page.status == 400
    assert "Hãy rút ngắn" in page.text(".warn[role=alert]")


def test_what_was_corrected_leads_back_to_what_was_typed(client: Client) -> None:
    page = ask(client, q="dai hoii chi bo")
    line = page.text(".corrected")
    assert line.startswith("Kết quả cho dai hoi chi bo; tìm đúng dai hoii chi bo")
    assert "Results for dai hoi chi bo; search exactly for dai hoii" in ask(
        client, q="dai hoii chi bo", lang="en"
    ).text(".corrected")
    assert "Kết quả cho" not in ask(client, q="dai hoii chi bo", correct="off").text("main")


def test_every_page_may_be_shown_under_a_strict_policy(archive: Client) -> None:
    """No inline script or style anywhere, and nothing from elsewhere."""
    for address in ("/", "/?q=trồng cây", "/document?id=tin/1&q=cây", "/nope", "/?q=a&from=x"):
        page = follow(archive, address)
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not page.all("//*[@style]")
        assert not page.all("style")
        assert not [script for script in page.all("script") if script.text]
        for element in page.all("//*[@src] | //link[@href] | //form"):
            target = element.get("src") or element.get("href") or element.get("action")
            assert target.startswith("/")
            assert not target.startswith("//")


def test_every_field_has_a_label_and_every_page_one_heading(archive: Client) -> None:
    for address in ("/", "/?q=trồng cây", "/document?id=tin/1&q=cây", "/nope"):
        page = follow(archive, address)
        assert len(page.all("h1")) == 1
        assert page.one("main#main").tag == "main"
        assert page.all(".skip[href='#main']")
        labelled = {label.get("for") for label in page.all("label")}
        shown = [field for field in page.all("input") if field.get("type") != "hidden"]
        assert {field.get("id") for field in shown} == labelled


def test_a_missing_document_has_a_page_of_its_own(client: Client) -> None:
    page = ask(client, "/document", id="không có")
    assert (page.status, page.text("h1")) == (404, "Không có văn bản này")
    assert ask(client, "/document", id="x", lang="en").text("h1") == "There is no such document"


def test_an_unknown_address_is_told_in_the_form_that_was_asked_for(client: Client) -> None:
    page = ask(client, "/khong-co")
    assert (page.status, page.text("h1")) == (404, "Không có trang này")
    assert page.all("form[role=search]")
    assert not page.all(".panel")
    answer = client.get("/khong-co", headers={"accept": "application/json"}).json()
    assert answer["status"] == 404


def test_a_busy_server_says_when_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def call(*_: Any, **__: Any) -> None:
        raise BusyError("the server is busy: try again in a second")

    monkeypatch.setattr(client.service, "call", call)
    page = ask(client, q="đại hội")
    assert (page.status, page.text("h1")) == (503, "Máy chủ đang bận")
    assert int(page.headers["retry-after"]) > 0


def test_a_damaged_index_is_told_with_its_remedy(
    make_engine: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(make_engine("mưa xuân"))

    def search(*_: Any, **__: Any) -> None:
        raise IndexDamagedError("the file MAIN_1.streams is damaged: index the pages again")

    monkeypatch.setattr(SearchView, "search", search)
    page = ask(client, q="mưa")
    assert (page.status, page.text("h1")) == (500, "Kho văn bản bị hỏng")
    assert "MAIN_1.streams" in page.text(".panel")


def test_opensearch_describes_the_search_box(client: Client) -> None:
    link = ask(client).one("link[rel=search]")
    response = client.get(link.get("href"))
    assert response.headers["content-type"].startswith(link.get("type"))
    description = lxml.etree.fromstring(response.content)
    space = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    urls = {url.get("type"): url.get("template") for url in description.findall("o:Url", space)}
    assert urls["text/html"] == "http://test/?q={searchTerms}"
    found = follow(client, urls["text/html"].replace("{searchTerms}", "đại hội"))
    assert found.all(".hits li")


def test_the_page_has_a_twin_for_programs(archive: Client) -> None:
    page = ask(archive, q="trồng cây", year="2019", place="phường Bàng", sort="date", all="on")
    twin = archive.json(page.one("link[type='application/json']").get("href"))
    assert page.text("h1").endswith(f": {twin['total']} văn bản")
    ids = [state(link.get("href"))["id"] for link in page.all(".hits h2 a")]
    assert [hit["id"] for hit in twin["hits"]] == ids


def test_static_files_are_kept_for_ever_and_nothing_else_is_served(client: Client) -> None:
    page = ask(client)
    style = page.all("link[rel=stylesheet]")[0].get("href")
    response = client.get(style)
    assert response.headers["content-type"].startswith("text/css")
    assert "immutable" in response.headers["cache-control"]
    folder = style.rpartition("/")[0]
    for name in ("page.html", "..%2fpages.py", "%2e%2e/pages.py", "../templates/base.html"):
        assert client.get(f"{folder}/{name}").status_code == 404
