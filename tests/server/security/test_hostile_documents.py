"""Pages that were indexed by somebody hostile: shown as text, whatever they hold and wherever."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import pytest

from searchengine import Document, Field, IndexSettings, SearchEngine
from tests.server.client import Client
from tests.server.pages.html import Page, ask

OVERRIDE = "\u202e"
#: Ends every context that a value could stand in, and turns round what follows.
HOSTILE = (
    f"ác{OVERRIDE} \"'>--></title></script></textarea><script>alert(1)</script>"
    "<img src=x onerror=alert(2)><a href=javascript:alert(3)>bấm</a>{{7*7}}"
)
LINKS = ("href", "src", "action", "formaction", "data", "poster", "background")


@pytest.fixture
def client(make_engine: Callable[..., SearchEngine], tmp_path: Any) -> Iterator[Client]:
    fields = (Field("liên kết", "keyword"), Field("loại hình", "keyword"), Field("lượt", "number"))
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        engine.configure(IndexSettings(fields=fields))
        with engine.writer() as writer:
            for number in range(3):
                writer.add(
                    Document(
                        id=f"{HOSTILE}/{number}",
                        title=f"{HOSTILE} tin",
                        text=f"{HOSTILE}\n\nTin của phường. {HOSTILE}",
                        date=datetime.date(2022, 1, 1 + number),
                        place=HOSTILE,
                        author=HOSTILE,
                        source=f"{HOSTILE} {number}",
                        kind=HOSTILE,
                        numbers=(HOSTILE,),
                        extra={
                            "liên kết": f"javascript:alert({number})",
                            "loại hình": HOSTILE,
                            "lượt": number,
                        },
                    )
                )
        yield Client(engine)


def pages(client: Client) -> Iterator[Page]:
    for lang in ("vi", "en"):
        for asked in (
            {"q": "tin"},
            {"q": HOSTILE},
            {"q": "tin", "place": HOSTILE, "source": f"{HOSTILE} 1", "f": f"loại hình={HOSTILE}"},
            {"q": "tin", "f": HOSTILE, "sort": HOSTILE, "from": HOSTILE, "to": HOSTILE},
            {"q": "tin", "page": HOSTILE, "lang": lang + HOSTILE, "boost": HOSTILE},
            {HOSTILE: HOSTILE},
        ):
            yield ask(client, **{"lang": lang, **asked})
        yield ask(client, "/document", id=f"{HOSTILE}/1", q=f"tin {HOSTILE}", lang=lang)
        yield ask(client, "/document", id=HOSTILE, lang=lang)
        yield ask(client, f"/{HOSTILE}", lang=lang)


def test_no_value_becomes_markup(client: Client) -> None:
    for page in pages(client):
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        # One script of the page's own, and nothing that runs inside of it.
        assert [script.get("src").startswith("/static/") for script in page.all("script")] == [True]
        assert not page.all("//iframe | //object | //embed | //img | //base | //style")
        for element in page.all("//*"):
            assert not [name for name in element.attrib if name.startswith(("on", "style"))]
            for name in LINKS:
                address = element.get(name, "/")
                assert address.startswith(("/", "#")), address
        assert "49" not in page.tree.text_content().replace("7*7", "")


def test_values_are_shown_as_they_are(client: Client) -> None:
    assert "<script>alert(1)</script>" in ask(client, q="tin").all(".hits h2")[0].text_content()
    document = ask(client, "/document", id=f"{HOSTILE}/1")
    assert "javascript:alert(1)" in document.texts("dd")
    assert not document.all("//dd//a")


def test_signs_that_turn_text_round_stay_within_their_value(client: Client) -> None:
    """Browsers end their effect where an element is isolated: each value has one of its own.

    A sentence that repeats what was typed is a paragraph, where it ends too.
    """
    style = files("searchengine.server").joinpath("static", "base.css").read_text("utf-8")
    assert '[lang="vi"] {\n  unicode-bidi: isolate;\n}' in style
    for page in pages(client):
        for element in page.all("//body//*[text()]"):
            if OVERRIDE in "".join(element.xpath("text()")):
                nearest = element.xpath("ancestor-or-self::*[@lang][1]")[0]
                assert nearest.tag != "html" or element.tag == "p", element.text


def test_the_api_calls_it_json_whatever_it_holds(client: Client) -> None:
    for address in ("/search?q=tin", "/facets?q=tin", "/suggest?q=ác", "/documents/không-có"):
        headers = client.get(address).headers
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "id_",
    ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "file:///etc/passwd",
     "C:\\Windows\\win.ini", "a\0b", "....//....//etc/passwd", "\\\\may\\chu"],
)  # fmt: skip
def test_an_id_is_never_a_path(
    make_engine: Callable[..., SearchEngine], tmp_path: Any, id_: str
) -> None:
    client = Client(make_engine(), write_token="khoa")
    assert client.get("/document", params={"id": id_}).status_code == 404
    quoted = "".join(f"%{byte:02x}" for byte in id_.encode())
    assert client.get(f"/documents/{quoted}").status_code == 404
    assert client.get(f"/static/x/{quoted}").status_code == 404
    known = {"authorization": "Bearer khoa"}
    record = b'{"text": "Tin."}'
    put = client.request("PUT", f"/documents/{quoted}", content=record, headers=known)
    assert put.status_code in (200, 400)
    if put.status_code == 200:
        assert client.get(f"/documents/{quoted}").json()["text"] == "Tin."
    # The index of the test is all that there is.
    assert {path.name for path in tmp_path.iterdir()} <= {"index1"}


def test_ids_that_look_alike_are_two(make_engine: Callable[..., SearchEngine]) -> None:
    ids = ["tin", "tin ", " tin", "tin/", "tin#1", "tin%231", "tin%2F", "TIN", "tin?", "a:b"]
    client = Client(make_engine(), write_token="khoa")
    known = {"authorization": "Bearer khoa"}
    for id_ in ids:
        record = json.dumps({"text": f"Tin [{id_}]."}).encode()
        address = f"/documents/{quote(id_, safe='')}"
        assert client.request("PUT", address, content=record, headers=known).json()["added"] == 1
    for id_ in ids:
        address = f"/documents/{quote(id_, safe='')}"
        assert client.get(address).json()["text"] == f"Tin [{id_}]."
        assert client.request("DELETE", address, headers=known).json()["deleted"] == 1
        assert client.get(address).status_code == 404
    assert client.engine.document_count() == 0
