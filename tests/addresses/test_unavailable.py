"""While the index does not answer: said with the next step, and what waits is taken up later."""

from __future__ import annotations

from pathlib import Path

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import IndexUnavailableError, IndexWriteError
from searchengine.pages import watch
from tests.addresses.fake_cluster import FakeCluster
from tests.server.client import AS_WRITER, TOKEN, Client
from tests.server.pages.html import ask

ADDRESS = "opensearch://geheim-1:9200/tin"


@pytest.fixture
def client(cluster: FakeCluster) -> Client:
    """A server whose cluster has gone down after one document was added."""
    engine = SearchEngine.open(ADDRESS, create=True)
    with engine.writer() as writer:
        writer.add(Document(id="a", text="Chi bộ họp"))
    found = Client(engine, write_token=TOKEN)
    assert found.json("/search?q=chi+bo")["total"] == 1
    cluster.down = True
    return found


@pytest.mark.parametrize("address", ["/search?q=chi", "/documents/a", "/healthz", "/stats"])
def test_programs_are_told_to_try_again(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.json()["status"]) == (503, 503)
    assert response.json()["error"] == "the index does not answer: try again in a few seconds"
    assert int(response.headers["retry-after"]) > 0


def test_who_writes_is_told_too(client: Client, cluster: FakeCluster) -> None:
    response = client.request("DELETE", "/documents/a", headers=AS_WRITER)
    assert response.status_code == 503
    assert int(response.headers["retry-after"]) > 0
    cluster.down = False
    assert client.request("DELETE", "/documents/a", headers=AS_WRITER).json()["deleted"] == 1


def test_people_are_told_in_their_language(client: Client, cluster: FakeCluster) -> None:
    page = ask(client, q="chi bộ")
    assert (page.status, page.text("h1")) == (503, "Kho văn bản chưa trả lời")
    assert page.text(".panel").startswith("Nơi giữ các văn bản chưa trả lời")
    assert int(page.headers["retry-after"]) > 0
    assert ask(client, q="chi bộ", lang="en").text("h1") == "The index does not answer"
    cluster.down = False
    assert ask(client, q="chi bộ").status == 200


def test_a_stranger_learns_no_name_of_a_node(client: Client) -> None:
    for address in ("/search?q=chi", "/?q=chi"):
        for accept in ("text/html", "application/json"):
            assert "geheim" not in client.get(address, headers={"accept": accept}).text


@pytest.mark.parametrize(
    ("error", "second"),
    [(IndexUnavailableError, {"a.txt", "b.txt"}), (IndexWriteError, {"b.txt"})],
)
def test_what_changes_meanwhile_is_taken_up_once_it_answers(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: type[Exception],
    second: set[str],
) -> None:
    """But not what fails for another reason: trying again would fail again."""
    bursts: list[set[str] | None] = [None, {"a.txt"}, set(), {"b.txt"}]
    taken: list[set[str] | None] = []
    told: list[str] = []
    failures = iter([error("try again"), error("try again")])

    def take_up(changed: set[str] | None) -> None:
        if taken and "b.txt" not in (changed or ()):
            raise next(failures)
        taken.append(changed)

    def given(path: str, _: object) -> str:
        return path

    monkeypatch.setattr(watch, "_bursts", lambda *_: iter(bursts))
    monkeypatch.setattr(watch, "_given", given)
    watch.watch_paths([str(tmp_path)], take_up, tell=told.append)
    assert taken == [None, second]
    assert told.count("error: try again") == 1
