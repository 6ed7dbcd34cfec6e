"""Campaigns on what reads texts: queries with their plans, dates, old encodings, pages' rules."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Callable
from functools import lru_cache

from searchengine import Document, SearchEngine
from searchengine.backends.memory.backend import MemoryBackend
from searchengine.errors import InputError
from searchengine.pages.page import Page, to_document
from searchengine.pages.readers.decoding import decode
from searchengine.pages.repairing import repaired
from searchengine.pages.rules.given_date import fallback_date, metadata_date
from searchengine.query.dates.query_dates import origin_of, period_of
from searchengine.query.plan.planner import plan_query, read_query
from searchengine.text.analysis import analyze
from searchengine.text.dates.grammar import find_dates, parse_date_argument
from searchengine.text.dates.relative import RelativePeriod, find_relative
from searchengine.text.encodings.fonts import from_font
from searchengine.text.normalization import normalize
from tests.fuzzing import samples
from tests.fuzzing.campaign import Target, broken_off
from tests.fuzzing.mutation import as_text, bytes_mutator, text_mutator

QUERIES = (
    "nao vet muong to 12", '"bà con" +mương -hẻm', "title:mương (xẻng OR cuốc) NOT hẻm",
    "muo* con*",
    '"góp công"~3 NEAR', "bà NEAR/5 công",
    "date:2024 place:Bến sau:tháng-trước", "45/KH-UBND",
    "ddaijj hooij chi booj", "sau:17/5/2024 trước:hôm-nay họp",
    "in:2024 author:Sen kind:\"kế hoạch\"",
    "quý III/2024 tổ mười hai", "(028) 3829 1234", "nạo vét muong tỏ 12 hop ban viec bà con",
)  # fmt: skip
_SIGNS = (
    '"',
    "(",
    ")",
    "+",
    "-",
    "*",
    "~2",
    " AND ",
    " OR ",
    " NOT ",
    " NEAR/3 ",
    "title:",
    "date:",
    "number:",
    "place:",
    "in:",
    "sau:",
    "trước:",
    "từ:",
    "đến:",
    "hôm qua",
    "ubnd",
    "12",
    "III",
)
DATES = (
    "ngày 17 tháng 5 năm 2024", "17/5/2024", "17.5.2024 - 20.5.2024", "ngày 3, 4 và 5/6/2024",
    "nhiệm kỳ 2020-2025", "quý III năm 2024", "tháng 5, 6/2024", "2024-05-17T19:00:00+07:00",
    "5/2024",
    "tuần trước", "7 ngày qua", "ba tháng gần đây", "Fri, 17 May 2024 19:00:00 +0700", "1715950000",
    "đêm 30 rạng sáng 1/6", "từ 28/2 đến 2/3/2024", "20240517190000",
)  # fmt: skip
_OF_DATES = (
    "ngày ",
    "tháng ",
    "năm ",
    "quý ",
    "tuần ",
    "qua",
    "nay",
    "/",
    ".",
    "-",
    "31",
    "29/2",
    "9999",
    "0001",
    "00",
    "và",
    ", ",
    "đến",
    "+99:99",
    "24:60",
    "T",
    "Z",
    "mười",
    "hai",
    "nhiệm kỳ",
)
ENCODED = (
    samples.TEXT.encode(), samples.TEXT.encode("utf-16"), samples.TEXT.encode("utf-16-be"),
    samples.TEXT.encode().decode("latin-1").encode(),
    b"N\xb9o v\xd0t m\xad\xacng, b\xb5 con t\xe6 12",
    b"Na.o ve't mu+o+ng, ba` con to^? 12", b"N a o v e t", b"\xff\xfeN\x00", "N ạ o v é t".encode(),
)  # fmt: skip
FONTS = (".VnTime", ".VnArialH", "VNI-Times", "VPS Arial", "VI Times")
DOCUMENTS = (
    Document(id="a", title="Nạo vét mương", text=samples.TEXT, date=datetime.date(2024, 5, 17)),
    Document(id="b", title="Dọn hẻm", text=samples.PAPER, place="Bến Nghé", kind="kế hoạch"),
    Document(id="c", text="Bà con tổ mười hai mang xẻng, cuốc ra hẻm.", author="Võ Thị Sen"),
)
TODAY = datetime.date(2024, 6, 1)


@lru_cache(maxsize=1)
def engine() -> SearchEngine:
    """An engine in memory that holds a few documents."""
    made = SearchEngine(MemoryBackend())
    with made.writer() as writer:
        for one in DOCUMENTS:
            writer.add(one)
    return made


def ask(data: bytes) -> None:
    """Ask a query in each way."""
    text = as_text(data)
    with broken_off():
        json.dumps(engine().search(text, explain=True, facets=True).to_json())
        engine().search(text, match_all=True, sort="date", suggest=False)
        engine().explain(text, "a")
        engine().histogram(text)
        engine().suggest(text)
        engine().highlights(text, samples.PAPER)


def plan(data: bytes) -> None:
    """Read a query and plan it, without asking for what it finds: many more in the same time."""
    text = as_text(data)
    with broken_off(), engine().open_view() as view:
        planned = plan_query(view._view, lambda: view._lexicon, read_query(text, TODAY), TODAY)
        assert planned.plan.score or planned.plan.match is not None


def read_dates(data: bytes) -> None:
    """Read a text as every kind of date; days must stand in the calendar, and in the text."""
    text = as_text(data)
    with broken_off():
        for bare in (False, True):
            for one in find_dates(normalize(text), bare_years=bare):
                one.date()
                assert 0 <= one.start < one.end <= len(normalize(text)), "a date outside the text"
        for found in find_relative(normalize(text)):
            first, last = found.period.days(TODAY)
            assert first <= last, "a period that ends before it begins"
        origin_of(text, TODAY)
        period = period_of(text)
        if isinstance(period, RelativePeriod):
            period.days(TODAY)
        metadata_date(text)
        fallback_date(text, text)
        with contextlib.suppress(ValueError):
            number = float(text)
            metadata_date(number)
        with contextlib.suppress(InputError):
            parse_date_argument(text)


def read_encoded(data: bytes) -> None:
    """Decode bytes and repair what comes of it; reading it again changes nothing that is left."""
    with broken_off():
        for declared in ("", "utf-16", "x-user-defined", "windows-1258"):
            text = decode(data, declared=declared).text
        page = repaired(Page(id="a", text=text, title=text[:60], author=text[-30:]))
        for font in FONTS:
            from_font(text[:500], font)
        assert normalize(normalize(page.text)) == normalize(page.text), "normal forms differ"


def read_page(data: bytes) -> None:
    """Make a document of a text, and its tokens."""
    text = as_text(data)
    with broken_off():
        document = to_document(repaired(Page(id="a", text=text, path="2024/kh 45.txt")))
        analyze([document.title, document.text])


TEXT_TARGETS: dict[str, Callable[[], Target]] = {
    "query": lambda: Target("query", _encoded(*QUERIES), ask, text_mutator(*_SIGNS, *QUERIES)),
    "plan": lambda: Target("plan", _encoded(*QUERIES), plan, text_mutator(*_SIGNS, *QUERIES)),
    "dates": lambda: Target("dates", _encoded(*DATES), read_dates, text_mutator(*_OF_DATES)),
    "encodings": lambda: Target("encodings", ENCODED, read_encoded, bytes_mutator(*ENCODED)),
    "page": lambda: Target(
        "page", _encoded(samples.TEXT, samples.PAPER), read_page, text_mutator(*DATES, *_OF_DATES)
    ),
}


def _encoded(*texts: str) -> tuple[bytes, ...]:
    return tuple(map(str.encode, texts))
