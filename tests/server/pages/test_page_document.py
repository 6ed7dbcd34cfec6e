"""A document's own page: metadata, matches that lead to each other, and text that stays text."""

from __future__ import annotations

import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.fields import Field, IndexSettings
from tests.server.client import Client
from tests.server.pages.html import S001, S003, Engines, ask, follow, state


def test_document_page_has_metadata_and_numbered_matches(client: Client) -> None:
    page = ask(client, "/document", id=S003, q="kế hoạch")
    assert page.text("h1").startswith("Đại hội các Chi bộ nhiệm kỳ 2022-2025")
    facts = dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))
    assert facts["Ngày"] == "23/09/2022"
    assert facts["Nơi"] == "phường Việt Hưng"
    assert facts["Nhiệm kỳ"] == "2022–2025"
    assert facts["Tệp"] == S003
    numbers = [mark.get("id") for mark in page.all(".text mark[id]")]
    assert numbers == [f"m{number}" for number in range(1, len(numbers) + 1)]
    assert page.text(".matches span") == f"{len(numbers)} chỗ khớp"


def test_matches_lead_to_each_other_without_scripts(client: Client) -> None:
    page = ask(client, "/document", id=S001, q="đại hội")
    assert page.link("Đến chỗ đầu tiên") == "#m1"
    second = page.one("mark#m2")
    assert [link.get("href") for link in second.cssselect("a")] == ["#m1", "#m3"]
    assert [link.get("href") for link in page.one("mark#m1").cssselect("a")] == ["#m2"]


def test_where_a_file_lies_on_the_server_is_not_shown(
    client: Client, seed_engine: SearchEngine
) -> None:
    path = seed_engine.get(S001).path
    assert path
    assert path.rpartition("/")[0] not in ask(client, "/document", id=S001).source


def test_a_document_leads_back_to_its_results(archive: Client) -> None:
    results = ask(archive, q="trồng cây", place="phường Bàng", page="2")
    page = follow(archive, results.all(".hits h2 a")[0].get("href"))
    assert state(page.one(".back a").get("href")) == {
        "q": "trồng cây",
        "place": "phường Bàng",
        "page": "2",
    }


@pytest.mark.parametrize(
    "id_",
    ["a/b/c.txt", "50%.txt", "%2e%2e/x", "..", "Nghị quyết số 1?", "a&b=c#d", "'\"><script>", "/"],
)
def test_any_id_can_be_reached_from_its_hit(make_engine: Engines, id_: str) -> None:
    client = Client(make_engine(Document(id=id_, title="Hội làng", text="Rước kiệu quanh làng.")))
    page = follow(client, ask(client, q="rước kiệu").all(".hits h2 a")[0].get("href"))
    assert (page.status, page.text("h1")) == (200, "Hội làng")
    assert page.texts(".facts dd")[-1] == id_


def test_only_web_addresses_become_links(make_engine: Engines) -> None:
    extra = {"url": "https://example.org/tin?a=1&b=2", "bad": "javascript:alert(1)"}
    engine = make_engine()
    engine.configure(IndexSettings(fields=(Field("url", "keyword"), Field("bad", "keyword"))))
    with engine.writer() as writer:
        writer.add(Document(id="a", text="gió mùa", extra=extra))
    client = Client(engine)
    links = [link.get("href") for link in ask(client, "/document", id="a").all(".facts a")]
    assert links == ["https://example.org/tin?a=1&b=2"]


HOSTILE = (
    "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>javascript:alert(3){{7*7}}</title>"
)


def test_hostile_text_stays_text(make_engine: Engines) -> None:
    document = Document(
        id=HOSTILE, title=HOSTILE, text=f"mưa {HOSTILE}", place=HOSTILE, source=HOSTILE,
        author=HOSTILE, extra={HOSTILE: HOSTILE},
    )  # fmt: skip
    client = Client(make_engine(document))
    pages = [
        ask(client, q="mưa"),
        ask(client, q=HOSTILE, place=HOSTILE, source=HOSTILE),
        ask(client, q=HOSTILE, **{"from": HOSTILE, "to": HOSTILE, "lang": HOSTILE}),
        ask(client, "/document", id=HOSTILE, q=f"mưa {HOSTILE}"),
        ask(client, "/document", id="không có", q=HOSTILE),
        ask(client, "/" + HOSTILE.replace("/", "")),
    ]
    for page in pages:
        assert len(page.all("script")) == 1
        assert not page.all("img")
        for element in page.all("//*"):
            assert not [name for name in element.attrib if name.startswith("on")]
            for name in ("href", "src", "action"):
                assert not element.get(name, "/").startswith("javascript")
    assert pages[3].text("h1").startswith("<script>alert(1)</script>")


def test_a_document_leads_to_those_like_it(client: Client, seed_engine: SearchEngine) -> None:
    page = ask(client, "/document", id=S001, q="chi bộ")
    links = page.all(".similar a")
    assert page.text(".similar h2") == "Bài tương tự"
    assert [state(link.get("href")) for link in links] == [
        {"id": hit.id, "q": "chi bộ"} for hit in seed_engine.similar(S001, limit=5)
    ]
    assert ask(client, "/document", id=S001, lang="en").text(".similar h2") == "Similar pages"


def test_a_document_that_nothing_is_like_says_nothing_of_it(make_engine: Engines) -> None:
    client = Client(make_engine("Tàu cập bến.", "Mưa rào."))
    assert ask(client, "/document", id="a").all(".similar") == []
