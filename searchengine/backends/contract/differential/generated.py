"""Documents and plans made by chance, the same each time: what the differential tests ask.

Documents are cut from sentences of one small vocabulary, some dated, some nearly the same as
another; plans have every kind of node over the terms that those documents hold.
"""

from __future__ import annotations

import datetime
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from searchengine.backends.fields import (
    FACET_NAMES,
    FOLDER,
    NUMBERS,
    SYLLABLE_STREAMS,
    TERM_STREAMS,
    Field,
)
from searchengine.backends.memory.documents import IndexedDocument, index_document
from searchengine.backends.values import (
    DATE,
    AllOf,
    AnyOf,
    Coverage,
    Curve,
    DateDecay,
    FacetSpec,
    Idea,
    Nearness,
    Not,
    PhraseQuery,
    Plan,
    Query,
    RangeQuery,
    ScoringTerm,
    Sort,
    TermQuery,
    ValueQuery,
    day_number,
)
from searchengine.document import DatePrecision, Document
from searchengine.text.analysis import analyze_syllables
from searchengine.text.streams import FOLDED, SYLLABLES

PHRASES = (
    "đội văn nghệ xã", "lớp xóa mù chữ", "bờ kè sông Lô", "vườn chè đồi", "hội khuyến học",
    "quỹ vì người nghèo", "nhà văn hóa thôn", "đường liên xã", "cây di sản", "mùa nước nổi",
    "hợp tác xã nông nghiệp", "ngày hội đọc sách", "kỹ thuật ươm giống", "kĩ thuật số", "bản làng",
    "Quyết định 21/QĐ-UBND", "Kế hoạch 08-KH/TU", "giá chè tăng", "trạm y tế", "doi van nghe xa",
    "hoà giải ở cơ sở", "thuỷ lợi nhỏ", "lúa vụ đông", "đàn trâu", "nghề gốm", "gốm sứ",
    "giá 20.000đ một ký", "26,6 tỉ đồng", "vùng\nthiểu số", "năm 2017", "năm 2019",
    unicodedata.normalize("NFD", "hoà bình"),
)  # fmt: skip
PLACES = ("xã Yên Lạc", "xã Yên Lặc", "thị trấn Vị Xuyên", "xã Lạc Yên", "bản Lác", "")
SOURCES = ("Báo Đồi Chè", "Tin bản làng", "")
FOLDERS = ("", "Sổ tay", "Sổ tay/Chè", "2019/Sổ tay")
#: What an index of these documents declares.
DECLARED = (Field("loại", "keyword"), Field("số trang", "number"), Field("ngày ký", "date"))
KINDS = ("Nghị quyết", "nghị quyết", "Công văn", "Công văn hỏa tốc")
PAGES = (1, 2, 2.5, 10, "12", "nhiều", None)
FIRST_DAY, DAYS = datetime.date(2015, 3, 1), 3000
ALL_FACETS = (*FACET_NAMES, *(field.name for field in DECLARED))
_SORTS = tuple(
    Sort(name, descending)
    for name in (DATE, "loại", "số trang", "ngày ký", "place")
    for descending in (True, False)
)


class Generator:
    """Documents and plans from one seed."""

    def __init__(self, seed: int, documents: int) -> None:
        self._chance = random.Random(seed)
        self.documents: list[Document] = []
        for number in range(documents):
            self.documents.append(self._document(number))
        self._indexed = [index_document(one) for one in self.documents]

    @classmethod
    def over(cls, seed: int, indexed: Sequence[IndexedDocument]) -> Generator:
        """Return one whose plans are over the terms of documents that are given, one at least."""
        made = cls(seed, 0)
        made.documents, made._indexed = [one.document for one in indexed], list(indexed)
        return made

    def plan(self, *, alternative: bool = True) -> Plan:
        """Return another plan."""
        chance = self._chance
        score = tuple(self._scoring_term() for _ in range(chance.choice((0, 1, 1, 2, 3, 6))))
        if chance.random() < 0.4:
            score += self._forms()
        field = chance.choice((SYLLABLES, FOLDED))
        coverage = self._coverage(field) if chance.random() < 0.4 else None
        return Plan(
            match=None if chance.random() < 0.3 else self._query(3),
            score=score,
            decay=self._decay() if chance.random() < 0.5 else None,
            filters=tuple(self._query(1) for _ in range(chance.choice((0, 0, 1, 2)))),
            coverage=coverage,
            nearness=self._nearness(field) if chance.random() < 0.3 else None,
            sort=chance.choice((Sort(), Sort(), Sort(DATE), *_SORTS)),
            offset=chance.choice((0, 0, 1, 5, 40)),
            limit=chance.choice((0, 1, 5, 10, 60)),
            facets=self._facets() if chance.random() < 0.5 else None,
            fold_duplicates=chance.random() < 0.3,
            texts=chance.random() < 0.8,
            otherwise=self.plan(alternative=False)
            if alternative and chance.random() < 0.3
            else None,
        )

    def _document(self, number: int) -> Document:
        chance = self._chance
        if self.documents and chance.random() < 0.15:
            # Another's text, with a word more or none.
            other = chance.choice(self.documents)
            text = f"{other.text} {chance.choice(('', 'Ảnh', 'Tin'))}".strip()
            return replace(other, id=f"trang-{number}", text=text, date=None, date_precision="none")
        phrases = chance.choices(PHRASES, k=chance.choice((0, 2, 5, 12, 30)))
        precision: DatePrecision = chance.choice(("day", "day", "month", "year"))
        dated = chance.random() < 0.8
        name = f"{chance.choice(('trang', 'ky-thuat-che', 'ke_hoach.ho'))}-{number}"
        return Document(
            id=name,
            title=" ".join(chance.choices(PHRASES, k=chance.choice((0, 1, 2)))).capitalize(),
            text=chance.choice((" ", ", ", ". ", "\n")).join(phrases),
            date=FIRST_DAY + datetime.timedelta(chance.randrange(DAYS)) if dated else None,
            date_precision=precision if dated else "none",
            place=chance.choice(PLACES),
            source=chance.choice(SOURCES),
            folder=chance.choice(FOLDERS),
            path=chance.choice(("", f"/kho/{name}")),
            numbers=chance.choice(((), (), ("7/2019/NQ-HĐND",), ("08-KH/TU",))),
            extra={
                "loại": chance.choice((*KINDS, [], list(KINDS[1:3]), None)),
                "số trang": chance.choice(PAGES),
                "ngày ký": (FIRST_DAY + datetime.timedelta(chance.randrange(40))).isoformat(),
            },
        )

    def _query(self, depth: int) -> Query:
        chance = self._chance
        if depth and chance.random() < 0.6:
            parts = tuple(self._query(depth - 1) for _ in range(chance.choice((0, 1, 2, 2, 3))))
            joined: Query = chance.choice((AllOf(parts), AnyOf(parts)))
            return Not(joined) if chance.random() < 0.2 else joined
        kind = chance.choice(("term", "term", "phrase", "value", "range"))
        if kind == "term":
            field = chance.choice(TERM_STREAMS)
            return TermQuery(field, self._term(field))
        if kind == "phrase":
            return self._phrase()
        return self._value() if kind == "value" else self._range()

    def _term(self, field: str) -> str:
        """A term of some document, or one that none has."""
        held = self._chance.choice(self._indexed).terms[field]
        return self._chance.choice(held) if held and self._chance.random() < 0.95 else "vắng"

    def _phrase(self) -> PhraseQuery:
        """Neighbours in a document, or their order turned round."""
        chance = self._chance
        field = chance.choice(SYLLABLE_STREAMS)
        held = chance.choice(self._indexed).terms[field]
        start = chance.randrange(len(held) + 1)
        found = list(held[start : start + chance.choice((2, 2, 3, 4, 6))])
        if chance.random() < 0.15:
            found.reverse()
        terms = tuple(found) or ("vắng", "vắng")
        if chance.random() < 0.6:
            return PhraseQuery(field, terms)
        # Some syllables of the text left out, or another part of it.
        slop = chance.choice((0, 2, 3, 8, 40))
        if chance.random() < 0.5 and len(terms) > 2:
            return PhraseQuery(field, (terms[0], *terms[2:]), slop)
        end = chance.randrange(len(held) + 1)
        other = tuple(held[end : end + chance.choice((1, 1, 2, 3))])
        return PhraseQuery(field, terms[:2], slop, other)

    def _value(self) -> ValueQuery:
        chance = self._chance
        values: Sequence[str]
        field, values = chance.choice(
            (("place", PLACES), ("source", SOURCES), ("loại", KINDS), (FOLDER, FOLDERS))
        )
        folded = chance.random() < 0.5
        syllables = analyze_syllables(chance.choice(values))[folded]
        start = chance.randrange(len(syllables) + 1)
        if chance.random() < 0.2:
            return ValueQuery(field, tuple(syllables), folded, whole=True)
        return ValueQuery(field, tuple(syllables[start : start + 2]), folded)

    def _range(self) -> RangeQuery:
        first, last = sorted(self._day() for _ in range(2))
        if self._chance.random() < 0.3:
            pages = self._chance.choice((1, 2, 2.5, 11))
            return RangeQuery("số trang", self._chance.choice((pages, None)), pages + 1)
        return self._chance.choice(
            (RangeQuery(DATE, first, last), RangeQuery(DATE, first, None),
             RangeQuery(DATE, None, last), RangeQuery(DATE, first, first))
        )  # fmt: skip

    def _day(self) -> int:
        return day_number(FIRST_DAY) + self._chance.randrange(-100, DAYS + 100)

    def _scoring_term(self) -> ScoringTerm:
        weight = self._chance.choice((0.2, 0.5, 1.0, 2.0, 1 / 3))
        if self._chance.random() < 0.15:
            phrase = self._phrase()
            return ScoringTerm(phrase.field, phrase.term, weight)
        field = self._chance.choice((*TERM_STREAMS, FOLDED, SYLLABLES, NUMBERS))
        return ScoringTerm(field, self._term(field), weight)

    def _forms(self) -> tuple[ScoringTerm, ...]:
        """Terms of one or two ideas, of some forms each, and others among them."""
        return tuple(
            replace(
                self._scoring_term(),
                idea=self._chance.choice((0, 1, 1, 2)),
                form=self._chance.choice((0, 1, 2)),
            )
            for _ in range(self._chance.choice((2, 4, 7)))
        )

    def _coverage(self, field: str) -> Coverage:
        chance = self._chance
        ideas = []
        for _ in range(chance.choice((1, 2, 3, 5))):
            forms = []
            for _ in range(chance.choice((1, 1, 2))):
                held = chance.choice(self._indexed).terms[field]
                start = chance.randrange(len(held) + 1)
                forms.append(tuple(held[start : start + chance.choice((1, 2, 3))]) or ("vắng",))
            query = chance.choice((TermQuery(field, forms[0][0]), self._query(1)))
            ideas.append(Idea(query, chance.choice((0.5, 1.0, 3.7)), tuple(forms)))
        shares = chance.choice(((1.0,), (1.0, 0.5), (1.0, 0.75, 0.6, 0.5), (0.8, 0.3)))
        return Coverage(tuple(ideas), shares, chance.choice((1, 3, 10)))

    def _nearness(self, field: str) -> Nearness:
        """For all documents: where only some count, those that score alike may differ."""
        chance = self._chance
        return Nearness(
            field,
            self._coverage(field).ideas,
            window=chance.choice((1, 5, 24)),
            boost=chance.choice((0.0, 0.5)),
            title_boost=chance.choice((0.0, 0.3)),
            depth=100_000,
        )

    def _decay(self) -> DateDecay:
        chance = self._chance
        first = self._day()
        curves: tuple[Curve, ...] = ("exp", "gauss", "linear")
        return DateDecay(
            origin=(first, first + chance.choice((0, 0, 30, 365))),
            today=self._day(),
            scale=chance.choice((30.0, 365.0, 730.0)),
            offset=chance.choice((0.0, 0.0, 14.0)),
            decay=chance.choice((0.1, 0.5, 0.9)),
            weight=chance.choice((0.3, 1.0)),
            curve=chance.choice(curves),
            years=chance.choice((None, (2016, 2017), (2020, 2020))),
        )

    def _facets(self) -> FacetSpec:
        chance = self._chance
        names = tuple(chance.sample(ALL_FACETS, chance.randrange(1, len(ALL_FACETS) + 1)))
        return FacetSpec(names, chance.choice((1, 3, 100)), chance.choice(("count", "name")))
