"""Where files lie on the server is not told: paths are those below the folder that was indexed."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.pages.ingest import index_paths
from searchengine.server.paths import relative_path
from tests.cluster.places import Place, place_of_index
from tests.server.client import Client
from tests.server.pages.html import Engines, ask

FILE = "tin/2022/đại hội.txt"
RECORD = "ghi chép.jsonl.gz"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return place_of_index(tmp_path / "index")


@pytest.fixture
def folder(tmp_path: Path, place: Place) -> Path:
    folder = tmp_path / "kho mật"
    (folder / FILE).parent.mkdir(parents=True)
    (folder / FILE).write_text("Đại hội chi bộ khu phố 5.", encoding="utf-8")
    with gzip.open(folder / RECORD, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "số-7", "text": "Chi bộ họp bàn đại hội."}) + "\n")
        stream.write(json.dumps({"text": "Chi bộ tổng kết đại hội."}) + "\n")
    with SearchEngine.open(place, create=True) as engine:
        index_paths(engine, [str(folder)])
    return folder


@pytest.fixture
def indexed(folder: Path, place: Place) -> Client:
    return Client(SearchEngine.open(place))


def test_hits_have_paths_below_the_folder(indexed: Client) -> None:
    response = indexed.get("/search?q=đại+hội&explain=true")
    assert {hit["id"]: hit["path"] for hit in response.json()["hits"]} == {
        FILE: FILE,
        "số-7": RECORD,
        f"{RECORD}#2": RECORD,
    }
    assert "kho mật" not in response.text


def test_hits_of_the_page_show_the_folder_of_a_file(indexed: Client) -> None:
    page = ask(indexed, q="đại hội chi bộ")
    shown = [hit.cssselect(".about") for hit in page.all(".hits li")]
    assert sorted(one[0].text_content() for one in shown if one) == ["tin/2022"]


def test_a_document_has_its_path_below_the_folder(indexed: Client) -> None:
    assert indexed.json(f"/documents/{FILE}?q=hội&original=true")["path"] == FILE
    assert indexed.json("/documents/số-7")["path"] == RECORD
    for id_ in (FILE, "số-7", f"{RECORD}%232"):
        assert "kho mật" not in indexed.get(f"/documents/{id_}").text


def test_the_page_names_no_folder_of_the_server(indexed: Client) -> None:
    page = ask(indexed, "/document", id=FILE, q="đại hội")
    facts = dict(zip(page.texts(".facts dt"), page.texts(".facts dd"), strict=True))
    assert facts["Tệp"] == FILE
    record = ask(indexed, "/document", id="số-7")
    assert dict(zip(record.texts(".facts dt"), record.texts(".facts dd"), strict=True)) == {
        "Ngày": "không rõ",
        "Mã": "số-7",
    }
    for shown in (page, record, ask(indexed, q="đại hội")):
        assert "kho mật" not in shown.source


def test_the_command_shows_where_a_file_lies(folder: Path, place: Place) -> None:
    index = ["--json", "--index", str(place)]
    shown = json.loads(CliRunner().invoke(main, ["show", FILE, *index]).stdout)
    assert shown["path"] == str(folder / FILE)
    found = json.loads(CliRunner().invoke(main, ["search", "khu phố 5", *index]).stdout)
    assert found["hits"][0]["path"] == str(folder / FILE)


def test_a_document_without_a_path_has_none(make_engine: Engines) -> None:
    client = Client(make_engine("Gió mùa về."))
    assert client.json("/search?q=gió+mùa")["hits"][0]["path"] is None
    assert client.json("/documents/a")["path"] == ""


@pytest.mark.parametrize(
    ("id_", "path", "shown"),
    [
        ("tin/a.txt", "/srv/kho/tin/a.txt", "tin/a.txt"),
        ("a.txt", "/srv/kho/tin/a.txt", "a.txt"),
        ("in/a.txt", "/srv/kho/tin/a.txt", "a.txt"),
        ("số-7", "/srv/kho/ghi.jsonl", "ghi.jsonl"),
        ("/srv/kho/a.txt", "/srv/kho/a.txt", "a.txt"),
        ("a", "", ""),
    ],
)
def test_only_what_the_id_says_anyway_is_shown_of_the_folders(
    id_: str, path: str, shown: str
) -> None:
    assert relative_path(id_, path) == shown
