"""Near-duplicates: what counts as one, and results in which they are folded."""

from __future__ import annotations

import datetime
import itertools
import random
import zlib
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from searchengine import Document, SearchEngine
from searchengine.backends import near_duplicates
from searchengine.backends.embedded import duplicates
from searchengine.backends.embedded.duplicates import Folded, Shingles, fold_duplicates
from searchengine.backends.embedded.shingles import DocumentShingles
from tests.conftest import ids

Make = Callable[..., SearchEngine]

STORY = (
    "Sáng nay, Ủy ban nhân dân phường tổ chức hội nghị sơ kết công tác sáu tháng đầu năm. Đồng chí "
    "chủ tịch biểu dương các khu phố đã hoàn thành sớm chỉ tiêu thu gom rác tại nguồn, đồng thời "
    "nhắc nhở ba tổ dân phố còn để xe lấn chiếm vỉa hè vào giờ cao điểm. Hội nghị thống nhất mở "
    "thêm hai điểm đọc sách cho thiếu nhi trong dịp hè và sửa lại mái che của chợ cũ trước mùa mưa."
)
REPRINT = f"(Theo Báo Phường) {STORY.replace('sớm ', '')} Ảnh: Minh Lan"
OTHER = (
    "Chiều qua, đội bóng của trường thắng trận chung kết giải học sinh toàn thành phố với hai bàn "
    "ghi được ở những phút cuối. Huấn luyện viên cho biết các em sẽ nghỉ một tuần rồi trở lại tập."
)


def shingles(text: str) -> np.ndarray:
    """Hashes of the shingles of a text."""
    runs = near_duplicates.shingles(Document(id="a", text=text))
    return np.unique(np.array([zlib.crc32(" ".join(run).encode()) for run in runs], np.uint32))


def alike(left: np.ndarray, right: np.ndarray) -> float:
    return near_duplicates.similarity(len(np.intersect1d(left, right)), len(left), len(right))


@pytest.mark.parametrize(
    ("shared", "one", "other", "expected"),
    [
        (90, 100, 100, 90 / 110),
        (80, 100, 100, 0.0),
        (100, 100, 100, 1.0),
        (96, 100, 290, 96 / 294),  # A shortened text,
        (94, 100, 290, 0.0),  # one that is rather another,
        (96, 310, 100, 0.0),  # and one too short to say the same.
        (0, 0, 0, 0.0),
    ],
)
def test_what_is_nearly_the_same(shared: int, one: int, other: int, expected: float) -> None:
    assert near_duplicates.similarity(shared, one, other) == pytest.approx(expected)


@pytest.mark.parametrize("commits", [1, 3])
def test_the_index_has_the_shingles_of_its_documents(make_engine: Make, commits: int) -> None:
    long = " ".join(f"khúc {number}" for number in range(near_duplicates.MAX_SYLLABLES))
    documents = [
        Document(id="a", title="Sơ kết", text=STORY),
        Document(id="b", title="Sơ kết", text="Họp."),
        Document(id="c", title="Họp tổ dân phố", text=" … "),
        Document(id="d", text=""),
        Document(id="e", title="Hoà, hòa; qui, quy", text=f"{OTHER} {REPRINT} {REPRINT}"),
        Document(id="f", title="Khúc", text=long),
    ]
    engine = make_engine(*documents[:commits])
    for one in documents[commits:]:
        with engine.writer() as writer:
            writer.add(one)
    with engine.open_view() as view:
        snapshot = view._view._open.snapshot  # type: ignore[attr-defined]
        numbers = [snapshot.numbers_of(one.id)[0] for one in documents]
        found = DocumentShingles(snapshot).of(numbers)
    expected = list(map(near_duplicates.shingles, documents))
    assert list(map(len, found)) == list(map(len, expected))
    for one, other in itertools.combinations(range(len(documents)), 2):
        shared = len(expected[one] & expected[other])
        assert len(np.intersect1d(found[one], found[other])) == shared


def each_of(shingles_of: Callable[[int], np.ndarray]) -> Callable[..., list[np.ndarray]]:
    return lambda numbers: list(map(shingles_of, numbers))


def test_folding_is_what_comparing_every_pair_gives() -> None:
    random_ = random.Random(5)
    words = [f"từ{n}" for n in range(300)]
    texts = []
    for _ in range(40):
        text = random_.choices(words, k=60)
        for _ in range(random_.randrange(4)):
            changed = list(text)
            for at in random_.sample(range(60), random_.randrange(8)):
                changed[at] = random_.choice(words)
            texts.append(shingles(" ".join(changed)))
        texts.append(shingles(" ".join(text)))
    random_.shuffle(texts)
    kept: dict[int, list[int]] = {}
    for number, text in enumerate(texts):
        likest = max(kept, key=lambda one: alike(text, texts[one]), default=None)
        if likest is not None and alike(text, texts[likest]):
            kept[likest].append(number)
        else:
            kept[number] = []
    folded = fold_duplicates(range(len(texts)), each_of(texts.__getitem__), len(texts))
    assert {one.number: list(one.duplicates) for one in folded} == kept
    assert 40 <= len(kept) < len(texts)


def test_of_equally_similar_texts_the_earlier_one_is_repeated() -> None:
    whole = np.arange(100, dtype=np.uint32)
    texts = {1: whole[12:], 2: whole[:-12], 3: whole}
    found = fold_duplicates([1, 2, 3], each_of(texts.__getitem__), 10)
    assert [(one.number, one.duplicates) for one in found] == [(1, (3,)), (2, ())]


def test_only_so_many_documents_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "FOLD_DOCUMENTS", 3)
    looked_at: list[int] = []

    def same(number: int) -> np.ndarray:
        looked_at.append(number)
        return shingles(STORY)

    folded = fold_duplicates(range(6), each_of(same), 10)
    assert [(one.number, one.duplicates) for one in folded] == [
        (0, (1, 2)),
        (3, ()),
        (4, ()),
        (5, ()),
    ]
    assert looked_at == [0, 1, 2]


def test_a_full_page_ends_the_work() -> None:
    looked_at: list[int] = []

    def other(number: int) -> np.ndarray:
        looked_at.append(number)
        return shingles(f"bài số {number} nói về chuyện {number}")

    assert len(fold_duplicates(range(100), each_of(other), 2)) == 2
    assert looked_at == [0, 1]


def test_a_document_alone_is_not_read() -> None:
    def never(numbers: Sequence[int]) -> list[Shingles]:
        raise AssertionError(numbers)

    assert fold_duplicates([7], never, 10) == [Folded(7, ())]
    assert fold_duplicates([7], never, 0) == []
    with pytest.raises(AssertionError):
        fold_duplicates([7, 8], never, 10)


@pytest.fixture
def engine(make_engine: Make) -> SearchEngine:
    return make_engine(
        Document(id="bản in lại", text=REPRINT, date=datetime.date(2023, 1, 3)),
        Document(id="gốc", title="Phường sơ kết công tác", text=STORY),
        Document(id="khác", text=OTHER.replace("đội bóng", "phường có đội bóng")),
        Document(id="lần nữa", text=f"{STORY} Hết."),
    )


def test_the_best_of_a_group_stays_and_names_the_others(engine: SearchEngine) -> None:
    plain = engine.search("sơ kết phường", fold_duplicates=False)
    folded = engine.search("sơ kết phường")
    assert (folded.total, plain.total) == (1, 3)
    best, other = folded.hits
    assert best.id == plain.hits[0].id
    assert sorted([best.id, *best.duplicates]) == ["bản in lại", "gốc", "lần nữa"]
    assert (other.id, other.rank, other.duplicates) == ("khác", 2, ())
    assert best.score == plain.hits[0].score
    assert best.to_json()["duplicates"] == list(best.duplicates)
    assert all(hit.duplicates == () for hit in plain)


def test_sorted_by_date_the_newest_stays(engine: SearchEngine) -> None:
    folded = engine.search("phường", sort="date")
    assert folded.hits[0].id == "bản in lại"
    assert sorted(folded.hits[0].duplicates) == ["gốc", "lần nữa"]


def test_with_a_filter_and_without_text(engine: SearchEngine) -> None:
    folded = engine.search('+phường "sơ kết"')
    assert [len(hit.duplicates) for hit in folded] == [2]
    assert ids(engine.search("", since="2023")) == ["bản in lại"]


def test_pages_continue_each_other(make_engine: Make) -> None:
    random_ = random.Random(2)
    documents = []
    for story in range(6):
        text = " ".join(
            random_.choices("khu phố họp bàn việc chợ đường cây đèn nước".split(), k=80)
        )
        for copy in range(4):
            documents.append(Document(id=f"{story}{copy}", text=f"đại hội {text} bản {copy}"))
    random_.shuffle(documents)
    engine = make_engine(*documents)
    whole = engine.search("đại hội chợ", limit=24)
    assert sorted(hit.id[0] for hit in whole) == list("012345")
    assert all(len(hit.duplicates) == 3 for hit in whole)
    pages = [ids(engine.search("đại hội chợ", limit=2, page=page)) for page in (1, 2, 3, 4)]
    assert list(itertools.chain(*pages)) == ids(whole)


def test_documents_without_text_are_told_apart_by_their_titles(make_engine: Make) -> None:
    engine = make_engine(
        Document(id="a", title="Thông báo họp tổ dân phố", text=""),
        Document(id="b", title="Thông báo lịch cắt điện", text=""),
    )
    assert len(engine.search("thông báo")) == 2
