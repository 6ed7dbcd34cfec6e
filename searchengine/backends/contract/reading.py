"""What is read of a view beside rankings: explanations, frequencies, words, documents, numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pytest

from searchengine.backends.contract.base import ALL, CLOSE, Contract, day, page, scores, terms
from searchengine.backends.fields import NUMBERS, TERM_STREAMS, TITLE_FOLDED, TITLE_SYLLABLES
from searchengine.backends.protocol import Backend
from searchengine.backends.values import (
    Beginning,
    DateDecay,
    FieldTerm,
    Plan,
    TermQuery,
)
from searchengine.text.folding import fold
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS

SEA = page(
    "bien",
    "Thuyền về bến lúc rạng đông, khoang đầy cá bạc. Cá thu, cá nục được cân ngay tại bến.",
    date="2023-04-30",
    title="Bến cá rạng đông",
)
FOREST = page(
    "tuan_rung.txt",
    "Đội kiểm lâm tuần rừng theo Quyết định 45/QĐ-KL.",
    date="2020",
    path="/kho/tuan_rung.txt",
)
TOWN = page("pho", "Bến xe dời ra ngoại ô, phố cũ thành phố đi bộ.", title="Phố đi bộ bên bến cũ")
PAGES = (SEA, FOREST, TOWN)
DECAY = DateDecay((day("2023-05-30"), day("2023-05-30")), day("2023-05-30"), 30, 0, 0.5, 0.5, "exp")
SCORE = (
    *terms(SYLLABLES, "cá", "bến", weight=1.5),
    *terms(BIGRAMS, "rang dong"),
    *terms(TITLE_FOLDED, "ben", weight=0.2),
    *terms(NUMBERS, "45-qd-kl", weight=2.0),
    *terms(FOLDED, "khongco"),
)


def begins(answers: Iterable[str], typed: str) -> bool:
    """Whether each answer begins as typed, its diacritics aside."""
    return all(fold(one).lower().startswith(fold(typed).lower()) for one in answers)


class ReadingContract(Contract):
    """Explanations, frequencies, vocabularies, lexicon, completions, documents."""

    def test_the_parts_of_a_score_are_its_sum(self, backend: Backend) -> None:
        plan = Plan(None, SCORE, DECAY)
        with self.fill(backend, PAGES) as view:
            found = scores(view, plan)
            assert set(found) == {"bien", "tuan_rung.txt", "pho"}
            for id_, parts in zip(found, view.explain(plan, list(found)), strict=True):
                assert parts is not None
                assert parts.matches
                assert parts.score == pytest.approx(found[id_], rel=CLOSE)
                total = sum(part.score for part in parts.parts) * parts.date_factor
                assert parts.score == pytest.approx(total, rel=CLOSE)

    def test_a_part_is_what_one_term_gives(self, backend: Backend) -> None:
        """In the order of the plan; what gives nothing is left out."""
        with self.fill(backend, PAGES) as view:
            (parts,) = view.explain(Plan(None, SCORE, DECAY), ["bien"])
            assert parts is not None
            said = [(one.field, one.term, one.weight, one.frequency) for one in parts.parts]
            assert said == [
                (SYLLABLES, "cá", 1.5, 4),
                (SYLLABLES, "bến", 1.5, 3),
                (BIGRAMS, "rang dong", 1.0, 2),
                (TITLE_FOLDED, "ben", 0.2, 1),
            ]
            assert parts.parts[0].idf == pytest.approx(math.log(1 + 2.5 / 1.5), rel=CLOSE)
            assert parts.parts[1].idf == pytest.approx(math.log(1 + 1.5 / 2.5), rel=CLOSE)
            assert parts.date_factor == pytest.approx(1.25, rel=CLOSE)

    def test_what_does_not_match_is_explained_as_well(self, backend: Backend) -> None:
        asked = Plan(TermQuery(SYLLABLES, "xe"), SCORE)
        filtered = Plan(ALL, SCORE, filters=(TermQuery(SYLLABLES, "xe"),))
        unscored = Plan(None, terms(SYLLABLES, "xe"))
        with self.fill(backend, PAGES) as view:
            for plan in (asked, filtered, unscored):
                sea, town = view.explain(plan, ["bien", "pho"])
                assert sea is not None
                assert town is not None
                assert (sea.matches, town.matches) == (False, True)
            sea, _ = view.explain(unscored, ["bien", "pho"])
            assert sea is not None
            assert (sea.score, sea.parts) == (0, ())

    def test_an_unknown_document_has_no_explanation(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            known = [one is not None for one in view.explain(Plan(ALL), ["?", "pho", "", "pho"])]
            assert known == [False, True, False, True]
            assert view.explain(Plan(ALL), []) == []

    def test_frequencies_count_documents(self, backend: Backend) -> None:
        asked = {
            FieldTerm(SYLLABLES, "bến"): 2,
            FieldTerm(SYLLABLES, "ben"): 0,
            FieldTerm(FOLDED, "ben"): 2,
            FieldTerm(WORDS, "thành_phố"): 1,
            FieldTerm(BIGRAMS, "rang dong"): 1,
            FieldTerm(TITLE_SYLLABLES, "bên"): 1,
            FieldTerm(TITLE_FOLDED, "ben"): 2,
            FieldTerm(NUMBERS, "45-qd-kl"): 1,
        }
        with self.fill(backend, PAGES) as view:
            assert view.frequencies(list(asked)) == list(asked.values())
            assert view.frequencies([]) == []

    def test_a_vocabulary_says_its_commonest_terms(self, backend: Backend) -> None:
        texts = ["ba bà bá", "ba bạ", "ba bà bạ bi", "nắng"]
        with self.fill(backend, texts) as view:
            begun, both, none = view.vocabulary(
                [
                    Beginning(SYLLABLES, ("b",), 10),
                    Beginning(SYLLABLES, ("n", "ba"), 10),
                    Beginning(FOLDED, ("x",), 10),
                ]
            )
            assert begun == [("ba", 3), ("bà", 2), ("bạ", 2), ("bi", 1), ("bá", 1)]
            assert both == [("ba", 3), ("nắng", 1)]
            assert none == []
            assert view.vocabulary([]) == []

    def test_a_vocabularys_limit(self, backend: Backend) -> None:
        texts = [" ".join(f"k{letter}" for letter in "aeioưy"[: at + 1]) for at in range(6)]
        with self.fill(backend, texts) as view:
            ((first, second),) = view.vocabulary([Beginning(FOLDED, ("k",), 2)])
            assert first == ("ka", 6)
            assert second[0].startswith("k")
            assert view.frequencies([FieldTerm(FOLDED, second[0])]) == [second[1]]
            if self.exact_vocabulary:
                assert second == ("ke", 5)

    def test_a_lexicon_knows_syllables_and_their_markings(self, backend: Backend) -> None:
        texts = ["đại hội chi bộ", "đại hội đại biểu", "dai hoi", "bộ đội hỏi thăm", "chỉ đạo"]
        with self.fill(backend, texts) as view:
            lexicon = view.lexicon()
            assert (lexicon.documents, lexicon.syllables) == (5, 16)
            assert (lexicon.frequency("đại"), lexicon.frequency("dai")) == (2, 1)
            assert lexicon.frequency("đại hội") == 2
            assert (lexicon.compounds("đại_hội"), lexicon.compounds("hội_đại")) == (2, 0)
            assert lexicon.folded_frequency("dai") == 3
            assert lexicon.pair_frequency("dai", "hoi") == 3
            assert lexicon.pair_frequency("hoi", "dai") == 1
            assert list(lexicon.marked("hoi")) == [("hội", 2), ("hoi", 1), ("hỏi", 1)]
            assert lexicon.markings("hoi") == 4
            assert not lexicon.is_plain("hoi")
            assert lexicon.is_plain("bo")
            assert list(lexicon.marked("khongco")) == []
            assert lexicon.is_plain("khongco")
            sampled = lexicon.sampled("dai", "hoi")
            assert set(sampled) == {("đại", "hội"), ("dai", "hoi")}
            assert sampled["đại", "hội"] == 2
            assert not lexicon.sampled("hoi", "khongco")

    def test_an_empty_index_has_a_lexicon(self, backend: Backend) -> None:
        with self.fill(backend, []) as view:
            lexicon = view.lexicon()
            assert (lexicon.documents, lexicon.syllables) == (0, 1)
            assert lexicon.frequency("hội") == lexicon.pair_frequency("dai", "hoi") == 0

    @pytest.mark.parametrize("typed", ["lễ hội h", "le hoi h", "Lễ h", "l", "hoa đ"])
    def test_completions_begin_as_typed(self, backend: Backend, typed: str) -> None:
        titles = ["Lễ hội hoa đào", "Lễ hội hoa ban", "Lễ hạ thủy tàu cá", "Hoa đào nở sớm", "Đèn"]
        pages = [page(str(at), f"{one}. {one}.", title=one) for at, one in enumerate(titles)]
        with self.fill(backend, pages) as view:
            found = view.complete(typed, 5)
            assert found
            assert len(found) == len(set(found)) <= 5
            assert begins(found, typed)
            assert len(view.complete(typed, 1)) == 1

    def test_nothing_completes_what_is_no_beginning(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            for typed in ("", " ", "…", "xyzzy"):
                assert view.complete(typed, 5) == []
            assert view.complete("bến", 0) == []

    def test_an_empty_index_completes_nothing(self, backend: Backend) -> None:
        with self.fill(backend, []) as view:
            assert view.complete("đại", 5) == []

    def test_documents_are_fetched_whole_by_id(self, backend: Backend) -> None:
        whole = page(
            "a/b ç", "Tin ngắn.", date="2022", original="Menu\nTin ngắn.", extra={"x": [1]}
        )
        with self.fill(backend, [whole, SEA]) as view:
            assert list(view.fetch(["bien", "?", "a/b ç", "bien"])) == [SEA, None, whole, SEA]
            assert list(view.fetch([])) == []

    def test_every_document_in_the_order_of_adding(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = list(view.documents())
            if self.keeps_order_over_commits or self.commit_size is None:
                assert found == list(PAGES)
            assert {one.id: one for one in found} == {one.id: one for one in PAGES}

    def test_the_fingerprints_of_documents_that_have_one(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(SEA, "bien.txt 12 kB")
            writer.add(FOREST)
            writer.add(TOWN, "pho.txt 3 kB")
        backend.refresh()
        with backend.open_view() as view:
            assert sorted(view.fingerprints()) == ["bien.txt 12 kB", "pho.txt 3 kB"]

    def test_every_document_with_its_fingerprint(self, backend: Backend) -> None:
        with backend.writer() as writer:
            writer.add(SEA, "bien.txt 12 kB")
            writer.add(FOREST)
            writer.add(TOWN, "pho.txt 3 kB")
        with backend.writer() as writer:
            writer.add(TOWN, "pho.txt 4 kB")
        backend.refresh()
        with backend.open_view() as view:
            found = list(view.entries())
            assert [document for document, _ in found] == list(view.documents())
            fingerprints = {document.id: one for document, one in found}
            assert fingerprints == {
                SEA.id: "bien.txt 12 kB", FOREST.id: "", TOWN.id: "pho.txt 4 kB"
            }  # fmt: skip

    def test_statistics(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            found = view.statistics()
            assert (found.documents, found.dated) == (view.document_count, 2) == (3, 2)
            assert min(found.deleted, found.segments, found.bytes, found.generation) >= 0
            assert set(found.terms) == set(TERM_STREAMS)
            for field in TERM_STREAMS:
                ((*every,),) = view.vocabulary([Beginning(field, ("",), 1000)])
                assert found.terms[field] == len(every) > 0

    def test_nothing_is_wrong_with_it(self, backend: Backend) -> None:
        self.put(backend, PAGES)
        assert backend.verify() == []
