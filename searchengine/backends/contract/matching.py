"""Which documents match: terms, phrases, values, ranges, and what joins them."""

from __future__ import annotations

import pytest

from searchengine.backends.contract.base import ALL, Contract, day, matched, page, terms
from searchengine.backends.fields import (
    NAME_FOLDED,
    NUMBERS,
    TITLE_BIGRAMS,
    TITLE_FOLDED,
    TITLE_SYLLABLES,
)
from searchengine.backends.protocol import Backend
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    FacetSpec,
    Not,
    PhraseQuery,
    Plan,
    Query,
    RangeQuery,
    TermQuery,
    ValueQuery,
)
from searchengine.text.streams import BIGRAMS, FOLDED, SYLLABLES, WORDS
from searchengine.text.variants import fold_syllable

FESTIVAL = page(
    "hoi",
    "Sáng mùng tám, làng Vân khai hội vật cầu nước bên dòng sông Cầu.",
    date="2019-02-12",
    title="Hội vật làng Vân",
    place="thôn Yên Viên, xã Vân Hà",
    author="Nguyễn Thị Mận",
)
MARKET = page(
    "cho",
    "Chợ quê họp từ tờ mờ sáng, bà con bán rau, cá đồng và hoa sen.",
    date="2020-07",
    title="Phiên chợ sớm",
    place="xã Văn Hà",
)
ORDER = page(
    "lenh",
    "Thực hiện Kế hoạch 07-KH/ĐU, các đội dân phòng trực ở bờ sông suốt mùa mưa.",
    date="2021",
    title="Trực phòng lũ",
    numbers=("0015/2021/QĐ-UBND",),
)
BARE = page("tho", "hoi lang van, dong song cau")
PAGES = (FESTIVAL, MARKET, ORDER, BARE)


class MatchingContract(Contract):
    """What a plan's tree lets in."""

    @pytest.mark.parametrize(
        ("field", "term", "found"),
        [
            (SYLLABLES, "hội", {"hoi"}),
            (SYLLABLES, "hoi", {"tho"}),
            (FOLDED, "hoi", {"hoi", "tho"}),
            (FOLDED, "hội", set()),
            (WORDS, "bà_con", {"cho"}),
            (BIGRAMS, "dong song", {"hoi", "tho"}),
            (BIGRAMS, "song dong", set()),
            (TITLE_SYLLABLES, "vật", {"hoi"}),
            (TITLE_SYLLABLES, "sông", set()),
            (TITLE_FOLDED, "cho", {"cho"}),
            (TITLE_BIGRAMS, "phong lu", {"lenh"}),
            (SYLLABLES, "lũ", {"lenh"}),
            (NUMBERS, "7-kh-du", {"lenh"}),
            (NUMBERS, "15-2021-qd-ubnd", {"lenh"}),
            (NUMBERS, "15-2021", set()),
            ("place", "xã Văn Hà", {"cho"}),
            ("place", "Văn Hà", set()),
            (FOLDED, "khongco", set()),
        ],
    )
    def test_a_term_of_a_field(
        self, backend: Backend, field: str, term: str, found: set[str]
    ) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, TermQuery(field, term)) == found

    @pytest.mark.parametrize(
        ("field", "phrase", "found"),
        [
            (SYLLABLES, "sông cầu", {"hoi"}),
            (FOLDED, "song cau", {"hoi", "tho"}),
            (SYLLABLES, "dòng sông cầu", {"hoi"}),
            (SYLLABLES, "dong song cau", {"tho"}),
            (SYLLABLES, "dòng song cầu", set()),
            (FOLDED, "dong song cau", {"hoi", "tho"}),
            (FOLDED, "cau dong song", set()),
            (SYLLABLES, "làng cầu", set()),
            (TITLE_SYLLABLES, "hội vật làng", {"hoi"}),
            (TITLE_FOLDED, "hoi vat lang van", {"hoi"}),
            (TITLE_SYLLABLES, "sông cầu", set()),
            (TITLE_FOLDED, "van sang mung", set()),
        ],
    )
    def test_a_phrase_is_syllables_side_by_side(
        self, backend: Backend, field: str, phrase: str, found: set[str]
    ) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, PhraseQuery(field, tuple(phrase.split()))) == found

    @pytest.mark.parametrize(
        ("field", "phrase"),
        [(SYLLABLES, "vân sáng mùng"), (FOLDED, "lang van sang"), (FOLDED, "van sang")],
    )
    def test_a_phrase_may_cross_from_the_title_into_the_text(
        self, backend: Backend, field: str, phrase: str
    ) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, PhraseQuery(field, tuple(phrase.split()))) == {"hoi"}

    def test_a_phrase_does_not_cross_from_one_document_into_another(self, backend: Backend) -> None:
        with self.fill(backend, ["nắng hạn kéo", "dài ba tháng"]) as view:
            assert matched(view, PhraseQuery(SYLLABLES, ("hạn", "kéo", "dài"))) == set()

    def test_a_phrase_of_one_syllable_is_that_syllable(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, PhraseQuery(SYLLABLES, ("sông",))) == {"hoi", "lenh"}
            assert matched(view, PhraseQuery(TITLE_FOLDED, ("cho",))) == {"cho"}

    def test_a_phrase_with_a_syllable_again(self, backend: Backend) -> None:
        texts = ["Xa xa xa mãi tiếng còi tàu.", "Xa xa có tiếng còi.", "Đường xa lắm."]
        with self.fill(backend, texts) as view:
            assert matched(view, PhraseQuery(SYLLABLES, ("xa", "xa", "xa"))) == {"a"}
            assert matched(view, PhraseQuery(FOLDED, ("xa", "xa"))) == {"a", "b"}

    @pytest.mark.parametrize(
        ("terms", "slop", "found"),
        [
            (("đê", "sông"), 0, {"a"}),
            (("đê", "sông"), 1, {"a", "b"}),
            (("đê", "sông"), 2, {"a", "b", "c"}),
            (("sông", "đê"), 1, {"d"}),
            (("đê", "ven", "sông"), 1, {"b", "c"}),
            (("đê", "sông", "hồng"), 2, {"c"}),
        ],
    )
    def test_a_phrase_with_others_between(
        self, backend: Backend, terms: tuple[str, ...], slop: int, found: set[str]
    ) -> None:
        """Its own order is kept, and all that stand between are counted together."""
        texts = ["Đê sông vỡ.", "Đê ven sông.", "Đê lớn ven sông Hồng.", "Sông có đê."]
        with self.fill(backend, texts) as view:
            assert matched(view, PhraseQuery(SYLLABLES, terms, slop)) == found

    @pytest.mark.parametrize(
        ("one", "distance", "other", "found"),
        [
            (("cầu", "mới"), 0, ("thông", "xe"), {"a", "d"}),
            (("thông", "xe"), 0, ("cầu", "mới"), {"a", "d"}),
            (("cầu", "mới"), 2, ("thông", "xe"), {"a", "b", "d"}),
            (("cầu",), 2, ("xe",), {"a", "c", "d"}),
            (("xe", "cầu"), 5, ("mới",), {"d"}),
            (("cầu", "mới"), 9, ("mới", "thông"), {"b"}),
        ],
    )
    def test_two_phrases_near_each_other(
        self,
        backend: Backend,
        one: tuple[str, ...],
        distance: int,
        other: tuple[str, ...],
        found: set[str],
    ) -> None:
        """In either order, and never one within the other."""
        texts = [
            "Cầu mới thông xe.",
            "Cầu mới đã được thông xe, mới thông hôm qua.",
            "Thông tin xe qua cầu.",
            "Thông xe cầu mới.",
        ]
        with self.fill(backend, texts) as view:
            assert matched(view, PhraseQuery(SYLLABLES, one, distance, other)) == found

    def test_phrases_of_titles_end_with_them(self, backend: Backend) -> None:
        pages = [page("a", "sông chảy xiết", title="Vỡ đê"), page("b", "Nước lên", title="Đê sông")]
        with self.fill(backend, pages) as view:
            assert matched(view, PhraseQuery(TITLE_SYLLABLES, ("đê", "sông"))) == {"b"}
            assert matched(view, PhraseQuery(TITLE_SYLLABLES, ("đê", "sông"), 3)) == {"b"}
            assert matched(view, PhraseQuery(SYLLABLES, ("đê", "sông"))) == {"a", "b"}

    @pytest.mark.parametrize(
        "text",
        ["Kỹ thuật trồng hoà thảo.", "Kĩ thuật trồng hòa thảo.", "KỸ THUẬT: trồng  hòa-thảo"],
    )
    def test_a_phrase_however_the_page_types_it(self, backend: Backend, text: str) -> None:
        exact = ("kỹ", "thuật", "trồng", "hòa", "thảo")
        with self.fill(backend, [text, "thảo hòa trồng"]) as view:
            assert matched(view, PhraseQuery(SYLLABLES, exact)) == {"a"}
            folded = tuple(map(fold_syllable, exact))
            assert matched(view, PhraseQuery(FOLDED, folded)) == {"a"}

    @pytest.mark.parametrize(
        ("value", "folded", "found"),
        [
            ("vân hà", False, {"hoi"}),
            ("văn hà", False, {"cho"}),
            ("van ha", True, {"hoi", "cho"}),
            ("van ha", False, set()),
            ("yên viên xã vân", False, {"hoi"}),
            ("hà vân", False, set()),
            ("xã", False, {"hoi", "cho"}),
            ("v", True, set()),
        ],
    )
    def test_a_value_holds_syllables_side_by_side(
        self, backend: Backend, value: str, folded: bool, found: set[str]
    ) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, ValueQuery("place", tuple(value.split()), folded)) == found

    def test_values_of_other_fields(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, ValueQuery("author", ("thị", "mận"), False)) == {"hoi"}
            assert matched(view, ValueQuery("source", ("mận",), False)) == set()

    @pytest.mark.parametrize(
        ("value", "folded", "found"),
        [
            ("xã văn hà", False, {"cho"}),
            ("xa van ha", True, {"cho"}),
            ("văn hà", False, set()),
            ("xã vân hà", False, set()),
            ("", True, set()),
        ],
    )
    def test_a_value_is_nothing_but_some_syllables(
        self, backend: Backend, value: str, folded: bool, found: set[str]
    ) -> None:
        with self.fill(backend, PAGES) as view:
            query = ValueQuery("place", tuple(value.split()), folded, whole=True)
            assert matched(view, query) == found

    def test_a_name_of_a_file_is_no_text(self, backend: Backend) -> None:
        named = page("lua-chiem.txt", "Mưa cả ngày.", path="/kho/lua-chiem.txt")
        with self.fill(backend, [named, page("lua.txt", "Mưa.")]) as view:
            assert matched(view, TermQuery(NAME_FOLDED, "lua")) == {"lua-chiem.txt"}
            assert matched(view, TermQuery(NAME_FOLDED, "mua")) == set()
            assert matched(view, TermQuery(FOLDED, "lua")) == set()

    def test_a_value_without_syllables_matches_nothing(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, ValueQuery("place", (), True)) == set()

    @pytest.mark.parametrize(
        ("first", "last", "found"),
        [
            ("2019-02-12", "2019-02-12", {"hoi"}),
            ("2019-02-13", "2020-06-30", set()),
            ("2020-07-31", "2020-08-30", {"cho"}),
            ("2020-06-01", "2020-07-01", {"cho"}),
            ("2021-12-31", None, {"lenh"}),
            (None, "2021-01-01", {"hoi", "cho", "lenh"}),
            (None, "2019-02-11", set()),
            ("2022-01-01", None, set()),
            (None, None, {"hoi", "cho", "lenh"}),
            ("2021-01-01", "2020-01-01", set()),
        ],
    )
    def test_a_range_of_days(
        self, backend: Backend, first: str | None, last: str | None, found: set[str]
    ) -> None:
        """Months and years match by any of their days; without a date nothing matches."""
        query = RangeQuery(DATE, day(first) if first else None, day(last) if last else None)
        with self.fill(backend, PAGES) as view:
            assert matched(view, query) == found

    def test_a_range_may_have_fractions(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            tight = RangeQuery(DATE, day("2019-02-12") - 0.5, day("2019-02-12") + 0.5)
            assert matched(view, tight) == {"hoi"}

    def test_all_of_nothing_is_every_document(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, ALL) == {"hoi", "cho", "lenh", "tho"}

    def test_any_of_nothing_is_no_document(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, AnyOf(())) == set()

    def test_what_joins_queries(self, backend: Backend) -> None:
        river, fair = TermQuery(SYLLABLES, "sông"), TermQuery(SYLLABLES, "hội")
        phrase = PhraseQuery(SYLLABLES, ("mùa", "mưa"))
        cases: list[tuple[Query, set[str]]] = [
            (AllOf((river, fair)), {"hoi"}),
            (AnyOf((river, fair)), {"hoi", "lenh"}),
            (AllOf((river, Not(fair))), {"lenh"}),
            (AllOf((river, phrase)), {"lenh"}),
            (AllOf((river, Not(phrase))), {"hoi"}),
            (AnyOf((phrase, fair, RangeQuery(DATE, None, day("2020-12-31")))),
             {"hoi", "cho", "lenh"}),
            (Not(river), {"cho", "tho"}),
            (Not(Not(river)), {"hoi", "lenh"}),
            (Not(ALL), set()),
            (Not(AnyOf(())), {"hoi", "cho", "lenh", "tho"}),
            (Not(RangeQuery(DATE, None, None)), {"tho"}),
            (AllOf((Not(river), Not(TermQuery(FOLDED, "lang")))), {"cho"}),
            (AnyOf((AllOf((river, AnyOf(()))), AllOf((ALL, fair)))), {"hoi"}),
        ]  # fmt: skip
        with self.fill(backend, PAGES) as view:
            for query, found in cases:
                assert matched(view, query) == found, query

    def test_filters_narrow_what_matches(self, backend: Backend) -> None:
        river = TermQuery(SYLLABLES, "sông")
        dated = RangeQuery(DATE, day("2020-01-01"), None)
        with self.fill(backend, PAGES) as view:
            assert matched(view, river, dated) == {"lenh"}
            assert matched(view, river, dated, Not(TermQuery(TITLE_FOLDED, "lu"))) == set()

    def test_without_a_tree_what_holds_any_scoring_term_matches(self, backend: Backend) -> None:
        score = (*terms(SYLLABLES, "vật", "rau"), *terms(NUMBERS, "7-kh-du"))
        with self.fill(backend, PAGES) as view:
            ranking = view.search(Plan(match=None, score=score))
            assert {one.document.id for one in ranking.ranked} == {"hoi", "cho", "lenh"}
            assert ranking.total == 3
            narrowed = view.search(Plan(None, score, filters=(TermQuery(FOLDED, "song"),)))
            assert {one.document.id for one in narrowed.ranked} == {"hoi", "lenh"}

    def test_a_scoring_term_of_the_metadata_needs_no_word_of_the_text(
        self, backend: Backend
    ) -> None:
        score = (*terms("place", "xã Văn Hà"), *terms(FOLDED, "xa", "song"))
        with self.fill(backend, PAGES) as view:
            plan = Plan(None, score, facets=FacetSpec(("place",), 5))
            assert {one.document.id for one in view.search(plan).ranked} == {
                "hoi", "cho", "lenh", "tho",
            }  # fmt: skip
            assert view.search(plan).facets["place"]["xã Văn Hà"] == 1

    def test_without_a_tree_or_terms_nothing_matches(self, backend: Backend) -> None:
        with self.fill(backend, PAGES) as view:
            assert matched(view, None) == set()

    def test_an_empty_index_matches_nothing(self, backend: Backend) -> None:
        with self.fill(backend, []) as view:
            for query in (ALL, Not(ALL), TermQuery(FOLDED, "a"), PhraseQuery(FOLDED, ("a", "b"))):
                assert matched(view, query) == set()
            assert matched(view, ValueQuery("place", ("xã",), True)) == set()
            assert matched(view, RangeQuery(DATE, None, None)) == set()
