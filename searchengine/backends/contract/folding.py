"""Pages that repeat each other, and parts of one whole: one hit that names the others."""

from __future__ import annotations

from dataclasses import replace

from searchengine.backends.contract.base import (
    ALL,
    Contract,
    page,
    ranked,
    terms,
)
from searchengine.backends.protocol import Backend
from searchengine.backends.values import (
    DATE,
    Plan,
    Sort,
)
from searchengine.text.streams import FOLDED, SYLLABLES

STORY = (
    "Sáng nay, các tổ dân phố cùng ra quân dọn bờ kênh, vớt bèo, trồng thêm hàng dừa nước và dựng "
    "lại hai chiếc cầu khỉ cho học sinh qua lại trong mùa nước nổi. Bác Tư Hên, người giữ cầu đã "
    "hai mươi năm, cho biết đây là lần đầu cả xóm cùng góp công, góp tre mà không ai phải nhắc."
)
REPRINT = f"{STORY} Ảnh: Út Bông."
OTHER = "Chiều nay, hội phụ nữ tập gói bánh tét để gửi các chiến sĩ ngoài đảo xa ăn Tết."


class FoldingContract(Contract):
    """Documents of nearly the same text in one place."""

    def test_nearly_the_same_text_stands_in_the_place_of_the_best(self, backend: Backend) -> None:
        texts = [OTHER, REPRINT, STORY, f"{STORY} Dọn bờ kênh."]
        plan = Plan(ALL, terms(SYLLABLES, "kênh", "bánh"), fold_duplicates=True)
        with self.fill(backend, texts) as view:
            order = ranked(view, replace(plan, fold_duplicates=False))
            kept = [id_ for id_ in order if id_ in ("a", next(o for o in order if o != "a"))]
            ranking = view.search(plan)
            assert [one.document.id for one in ranking.ranked] == kept
            folded = {one.document.id: one.duplicates for one in ranking.ranked}
            assert folded["a"] == ()
            (best,) = (id_ for id_ in kept if id_ != "a")
            assert folded[best] == tuple(o for o in order if o not in ("a", best))
            assert ranking.total == 2

    def test_a_ranking_is_read_as_far_as_needed_or_to_its_near_end(self, backend: Backend) -> None:
        texts = [OTHER, STORY, *(f"Tin vắn số {number}." for number in range(12)), REPRINT]
        pages = [page(f"{day}", text, date=f"2023-05-{day}") for day, text in enumerate(texts, 10)]
        plan = Plan(ALL, sort=Sort(DATE, descending=False), fold_duplicates=True)
        with self.fill(backend, pages) as view:
            for limit, total, duplicates in ((0, 15, ()), (4, 15, ()), (5, 14, ("24",))):
                ranking = view.search(replace(plan, limit=limit))
                assert (len(ranking.ranked), ranking.total) == (limit, total)
                assert all(
                    one.duplicates == (duplicates if one.document.id == "11" else ())
                    for one in ranking.ranked
                )
            for offset, kept in ((4, 5), (10, 4), (14, 0), (20, 0)):
                ranking = view.search(replace(plan, offset=offset, limit=5))
                assert (len(ranking.ranked), ranking.total) == (kept, 14)

    def test_a_full_page_may_take_all_that_match(self, backend: Backend) -> None:
        pages = [page(f"{at:02}", STORY, date="2023-05-01") for at in range(30)]
        with self.fill(backend, [*pages, page("z", OTHER, date="2022-05-01")]) as view:
            ranking = view.search(Plan(ALL, sort=Sort(DATE), fold_duplicates=True, limit=2))
            assert [len(one.duplicates) for one in ranking.ranked] == [29, 0]
            assert ranking.total == 2

    def test_parts_of_one_whole_are_folded_whatever_they_say(self, backend: Backend) -> None:
        parts = [
            replace(page(f"luat#{number}", text), part_of=whole)
            for number, (text, whole) in enumerate(
                [
                    ("Trồng cây bàng vào mùa xuân. Trồng cây.", "luat"),
                    ("Tưới cây bàng vào mùa hè.", "luat"),
                    ("Tỉa cây bàng vào mùa thu, mùa đông.", "khac"),
                    ("Cây bàng ở bến.", ""),
                    ("Cây bàng ở chợ.", ""),
                ]
            )
        ]
        with self.fill(backend, parts) as view:
            plan = Plan(ALL, terms(FOLDED, "cay"), fold_duplicates=True)
            found = {one.document.id: one.duplicates for one in view.search(plan).ranked}
            assert found == {
                "luat#0": ("luat#1",), "luat#2": (), "luat#3": (), "luat#4": (),
            }  # fmt: skip

    def test_a_shortened_text_is_folded_and_a_short_one_is_not(self, backend: Backend) -> None:
        longer, much_longer = (
            f"{STORY} {' '.join(f'Đoạn {number}.' for number in range(count))}"
            for count in (40, 200)
        )
        pages = [page("a", STORY), page("b", longer), page("c", much_longer)]
        with self.fill(backend, pages) as view:
            found = view.search(Plan(ALL, fold_duplicates=True)).ranked
            groups = {frozenset((one.document.id, *one.duplicates)) for one in found}
            assert groups == {frozenset("ab"), frozenset("c")}

    def test_titles_tell_short_texts_apart(self, backend: Backend) -> None:
        pages = [
            page("a", "Xem tệp đính kèm.", title="Lịch tiếp dân tháng ba của phường"),
            page("b", "Xem tệp đính kèm.", title="Danh sách hộ dân được tặng cây giống"),
            page("c", STORY, title="Dọn bờ kênh"),
            page("d", STORY, title="Cả xóm cùng góp công góp tre"),
        ]
        with self.fill(backend, pages) as view:
            found = view.search(Plan(ALL, fold_duplicates=True)).ranked
            groups = {frozenset((one.document.id, *one.duplicates)) for one in found}
            assert groups == {frozenset("a"), frozenset("b"), frozenset("cd")}

    def test_a_document_that_says_too_little_stays_single(self, backend: Backend) -> None:
        pages = [
            page("a", "", title="Lịch tiếp dân tháng ba của phường"),
            page("b", " \n", title="Lịch tiếp dân tháng ba của phường"),
            page("c", ""),
            page("d", ""),
        ]
        with self.fill(backend, pages) as view:
            ranking = view.search(Plan(ALL, fold_duplicates=True))
            assert (ranking.total, len(ranking.ranked)) == (4, 4)
