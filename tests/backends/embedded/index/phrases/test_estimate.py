"""About how many documents hold a phrase: exact for few candidates, near for many."""

from __future__ import annotations

from pathlib import Path

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.index.phrases.finder import SAMPLED_DOCUMENTS
from searchengine.text.streams import SYLLABLES


def test_few_documents_are_counted_and_many_are_estimated(tmp_path: Path) -> None:
    engine = SearchEngine.open(tmp_path / "index", create=True)
    many = 5 * SAMPLED_DOCUMENTS
    with engine.writer() as writer:
        for number in range(many):
            said = "bán đào" if number % 4 == 0 else "bạn đạo"
            writer.add(Document(str(number), f"Hôm nay có {said} ở chợ số {number}."))
        for number in range(SAMPLED_DOCUMENTS):
            said = "vườn chè" if number % 3 == 0 else "vướn che"
            writer.add(Document(f"che{number}", f"Đây là {said} của làng."))
    with engine.open_view() as view:
        estimated = view._lexicon.frequency
        exact = view._view.frequencies([(SYLLABLES, "vườn chè"), (SYLLABLES, "bán đào")])
        assert estimated("vườn chè") == exact[0] == -(-SAMPLED_DOCUMENTS // 3)
        assert abs(estimated("bán đào") - exact[1]) <= exact[1] / 4
        assert estimated("chè vườn") == estimated("không có") == 0
