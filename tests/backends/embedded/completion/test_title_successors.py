"""What follows a word in titles, against a look at every title."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from searchengine import Document, SearchEngine
from searchengine.backends.embedded.completion.title_successors import both, following
from searchengine.backends.embedded.index.commit.storage import open_index
from searchengine.backends.embedded.index.snapshot import Snapshot
from searchengine.text.syllables import split_syllables
from searchengine.text.variants import fold_syllable

TITLES = [
    "Hội làng mở sớm",
    "Hội thi cấy lúa, hội thi gói bánh",
    "Lễ hội hoa ban",
    "Hội thảo về hội họa",
    "Đại hội thi đua",
    "Họp mặt đầu xuân",
]


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    """Three commits; one of their titles was deleted afterwards."""
    with SearchEngine.open(tmp_path / "index", create=True) as engine:
        for start in (0, 2, 4):
            with engine.writer() as writer:
                for number, title in enumerate(TITLES[start : start + 2], start):
                    writer.add(Document(id=str(number), title=title, text=title))
        engine.delete(["3"])
    return Snapshot(open_index(tmp_path / "index"))


def followers(snapshot: Snapshot, word: str) -> dict[str, set[str]]:
    """Each word that follows ``word`` in a title, and those titles."""
    found = defaultdict(set)
    for number in np.flatnonzero(snapshot.live).tolist():
        title = snapshot.title(number)
        words = [fold_syllable(one.lower()) for one in split_syllables(title)]
        for left, right in pairwise(words):
            if left == word:
                found[right].add(title)
    return dict(found)


@pytest.mark.parametrize("word", ["hoi", "thi", "le", "xuan", "khong"])
def test_every_follower_is_found_with_its_live_titles(snapshot: Snapshot, word: str) -> None:
    found = {
        one.word: {snapshot.title(number) for number in one.docs.tolist()}
        for one in following(snapshot, word)
    }
    assert found == followers(snapshot, word)


def test_the_commonest_come_first_and_begin_as_asked(snapshot: Snapshot) -> None:
    found = following(snapshot, "hoi").commonest(("",), None, 10)
    assert found[0].word == "thi"
    assert [one.word for one in found] == ["thi", "hoa", "lang"]
    assert [one.word for one in following(snapshot, "hoi").commonest(("l",), None, 10)] == ["lang"]
    assert len(following(snapshot, "hoi").commonest(("",), None, 2)) == 2


def test_only_the_titles_asked_about_count(snapshot: Snapshot) -> None:
    among = np.zeros(snapshot.size, np.bool_)
    (lang,) = following(snapshot, "hoi").commonest(("lang",), None, 1)
    among[lang.docs] = True
    assert [one.word for one in following(snapshot, "hoi").commonest(("",), among, 9)] == ["lang"]


def test_both_keeps_what_two_lists_share() -> None:
    some, others = np.array([1, 4, 7], np.int32), np.array([0, 4, 5, 7, 9], np.int32)
    assert both(some, others).tolist() == both(others, some).tolist() == [4, 7]
    assert both(some, others[:0]).tolist() == []
