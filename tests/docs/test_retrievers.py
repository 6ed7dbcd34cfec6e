"""docs/retrievers.md: its code runs against what LangChain and LlamaIndex ask of a retriever.

Neither is installed: stand-ins have the parts of their interfaces that the code uses.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from searchengine import Document, SearchEngine
from searchengine.errors import QueryError
from tests.docs.pages import blocks, read

FILLER = "Bà con cấy lúa và chăm sóc ruộng vườn.\n" * 300


@dataclass
class FakeDocument:
    page_content: str
    id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)


class FakeLangChainRetriever:
    """Takes its fields as keywords, as pydantic's models do, and calls the one method to write."""

    def __init__(self, **values: Any) -> None:
        assert values.keys() <= type(self).__annotations__.keys()
        vars(self).update(values)

    def invoke(self, query: str) -> list[FakeDocument]:
        found: list[FakeDocument] = self._get_relevant_documents(query, run_manager=object())  # type: ignore[attr-defined]
        return found


@dataclass
class FakeBundle:
    query_str: str


@dataclass
class FakeNode:
    text: str
    id_: str
    metadata: dict[str, Any]


@dataclass
class FakeScored:
    node: FakeNode
    score: float | None


class FakeLlamaIndexRetriever:
    """Sets itself up without arguments, and hands a query on in a bundle."""

    def __init__(self) -> None:
        self.is_set_up = True

    def retrieve(self, query: str) -> list[FakeScored]:
        assert self.is_set_up
        found: list[FakeScored] = self._retrieve(FakeBundle(query))  # type: ignore[attr-defined]
        return found


FAKES: dict[str, dict[str, Any]] = {
    "langchain_core.callbacks": {"CallbackManagerForRetrieverRun": object},
    "langchain_core.documents": {"Document": FakeDocument},
    "langchain_core.retrievers": {"BaseRetriever": FakeLangChainRetriever},
    "llama_index.core.retrievers": {"BaseRetriever": FakeLlamaIndexRetriever},
    "llama_index.core.schema": {
        "NodeWithScore": FakeScored,
        "QueryBundle": FakeBundle,
        "TextNode": FakeNode,
    },
}


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> dict[str, types.ModuleType]:
    """The modules of the page, by their names."""
    for name, content in FAKES.items():
        fake = types.ModuleType(name)
        vars(fake).update(content)
        monkeypatch.setitem(sys.modules, name, fake)
    found = {}
    for code in blocks(read("docs/retrievers.md"), "python"):
        (name,) = re.findall(r'\A"""(\w+)\.py', code)
        found[name] = types.ModuleType(name)
        monkeypatch.setitem(sys.modules, name, found[name])
        exec(compile(code, f"{name}.py", "exec"), vars(found[name]))
    return found


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[SearchEngine]:
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        with engine.writer() as writer:
            late = f"{FILLER}Hợp tác xã bầu ban quản trị mới.\n{FILLER}"
            writer.add(Document(id="dài", title="Tin trong tuần", text=late, place="xã An Khê"))
            writer.add(Document(id="ngắn", title="Hợp tác xã", text="Hợp tác xã bầu ban quản trị."))
            writer.add(Document(id="đầu", title="Chợ", text=f"Chợ họp sớm.\nChợ gạo.\n{FILLER}"))
            writer.add(Document(id="khác", title="Hợp tác xã", text="Hợp tác xã bán gạo."))
        yield engine


def test_langchain_gets_documents(
    engine: SearchEngine, modules: dict[str, types.ModuleType]
) -> None:
    retriever = modules["langchain_retriever"].PageRetriever(engine=engine, options={"limit": 2})
    found = retriever.invoke("hop tac xa bau ban quan tri")
    assert [one.id for one in found] == ["ngắn", "dài"]
    assert found[0].page_content == "Hợp tác xã bầu ban quản trị."
    assert found[1].metadata["place"] == "xã An Khê"
    assert found[0].metadata["score"] > found[1].metadata["score"]


def test_llama_index_gets_scored_nodes(
    engine: SearchEngine, modules: dict[str, types.ModuleType]
) -> None:
    retriever = modules["llama_index_retriever"].PageRetriever(engine, place="An Khê")
    (found,) = retriever.retrieve("hợp tác xã")
    assert (found.node.id_, found.node.metadata["title"]) == ("dài", "Tin trong tuần")
    assert found.score is not None


def test_of_a_long_page_comes_the_part_that_has_most_of_the_query(
    engine: SearchEngine, modules: dict[str, types.ModuleType]
) -> None:
    texts = {hit.id: text for hit, text in modules["passages"].passages(engine, "ban quản trị")}
    assert texts["dài"].startswith("Hợp tác xã bầu ban quản trị mới.\n")
    assert len(texts["dài"]) == 3_000
    texts = {hit.id: text for hit, text in modules["passages"].passages(engine, "chợ gạo")}
    assert texts["đầu"].startswith("Chợ họp sớm.")
    assert texts["khác"] == "Hợp tác xã bán gạo."


def test_pages_that_lack_words_are_told_apart_and_no_query_is_an_error(
    engine: SearchEngine, modules: dict[str, types.ModuleType]
) -> None:
    found = modules["passages"].passages(engine, "hợp tác xã bầu ban quản trị")
    partial = {hit.id: modules["passages"].about(hit)["partial"] for hit, _ in found}
    assert (partial["ngắn"], partial["dài"], partial["khác"]) == (False, False, True)
    with pytest.raises(QueryError):
        list(modules["passages"].passages(engine, " "))
