"""No query of any kind raises: limits give a clear QueryError, everything else an answer, soon."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from searchengine import SearchEngine
from searchengine.cli.commands import main
from searchengine.errors import QueryError
from searchengine.query.language.parser import MAX_CHARACTERS
from searchengine.text.folding import VIETNAMESE_LETTERS

#: Seconds that no query may take on the five seeds; most take a hundredth of one.
LIMIT = 2.0
SEED = "000_b4ca85d3dd7ac61e.txt"

WORDS = [
    '"', '""', '" "', '"""', '"đại hội', 'đại hội"', '"đại" "hội', "“đại hội”", "''", "`", "\\",
    "\\\"", "AND", "OR", "NOT", "AND AND AND", "NOT NOT đại", "đại AND", "OR hội",
    "đại AND OR hội", "NOT", "AND (", "(AND)", "đại NOT", "(đại OR) hội", "NOT (NOT (NOT đại))",
    "-(-(-đại))", "(", ")", "()", "(()", ")(", "((đại hội)", "(" * 255, ")" * 255,
    "(" * 255 + "đại" + ")" * 255, "(" * 19 + "đại" + ")" * 19, "(" * 21 + "đại" + ")" * 21, "+",
    "-", "--", "+-", "+ -", "-đại", "-đại -hội", "+-đại", "-+đại", "+(", '-"', "+++++đại", "*",
    "a*", "đ*", "**", "*a", "a*b", "a**", "* *", "title:*", "title:a*", "-a*", "+a* +b*", "1*",
    ":", "::", "title:", "title::", "title:title:đại", "title:(đại hội)", 'title:"', "title: đại",
    "place:", 'place:""', "place:*", "author:-", "nofield:đại", "number:", "number:*",
    "number:-1", "date:", "date:..", "date:...", "date:2022..2021", "date:99/99/9999", "date:0",
    "date:-1", "date:2022..", "date:..2022", "date:9999999999999999999", "date:2022-13-45",
    "date:abc..def", "date:0000-00-00", "date:٢٠٢٢", "date:2022..2023..2024", "date:1/1/1",
    "-date:2022", "31/2/2022", "tháng 13/2022", "nhiệm kỳ 9999-0000", "ngày 0 tháng 0 năm 0",
    "quý 5/2023", "năm 99999999", "since:2022", "trước: sau:", "sau:", "sau:đại",
    "trước:31/2/2022", "hôm nay hôm qua tháng trước", "../", "../../etc/passwd", "/", "C:\\nul",
    "file:///etc/passwd", "~", ".", "..", "…", "-–—", "%00", "%s%s%n", "{0}", "{{7*7}}", "${x}",
    "$(ls)", "; DROP TABLE x; --", "' OR '1'='1", "<b>đại</b>", "<script>alert(1)</script>",
    "&amp;", "&#0;", "\x1b[31mđại", "\r\n", "\t", "\x00", "đại\x00hội", "\x7f", "(a+)+$",
    "^(.*)*$", "(?P<a>", "[", "[a-", "a{9999999}", ".*.*.*.*.*!", "a" * 500 + "!", "(a|a)*" * 50,
    "\ud800", "đại\udfff", "\udcc3\udca1", "\ufffe", "\uffff", "\ufeffđại", "\U0010ffff",
    "\u2028\u2029", "\u202eihột iạđ\u202c", "مرحبا", "שלום (עולם)", "\u200f\u200e\u061c", "한국어",
    "中文搜索", "ไทย", "हिन्दी", "😀", "😀😀 đại hội", "👨‍👩‍👧‍👦", "🇻🇳", "đại\ufe0f",
    "Ǆ ﬁ ß İ ı ſ K Å", "𝐝𝐚𝐢 𝐡𝐨𝐢", "ĐẠI" * 100, "a" + "\u0301" * 999,
    "đ" + "\u0323" * 500 + "\u0302" * 400, "\u0301" * 1000, "o\u031b\u0323" * 300, "1", "0", "-1",
    "1e309", "NaN", "٣", "½", "²", "１２", "0" * 1000, "1-" * 400, "1/2/" * 200, "9" * 400 + "-KH",
    "1 a " * 60, "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 4, "ubnd " * 100,
    "đại " * 200, "aaaaaaaaaaaaaaaa", "wwwwww", "ddddd", "sfrxjz", "dd" * 200, "a1a2a3",
    "w" * 999, "ooo", "aw" * 400, "_", "__", "_đại_hội_", "@", "a@b", "a@b.vn " * 30, "@" * 500,
    "http://" * 100, ".a" * 400, "1." * 400, "đ", "ở", "y", "null", "None", "True", "-", " ", "",
    "\u00a0", "\u200b", "\u00ad", "\u3000",
]  # fmt: skip
HUGE = [
    "đại hội " * 131_072,
    "a" * 1_000_000,
    "(" * 1_000_000,
    '"' * 1_000_000,
    "\u0301" * 1_000_000,
]
LONG = ["đ" * (MAX_CHARACTERS + 1), "a " * 257, "a." * 300]


def each_way(engine: SearchEngine, query: str) -> None:
    """Ask in every way; only a QueryError may come, and each within the limit."""
    ways: list[Callable[[], object]] = [
        lambda: engine.search(query, explain=True).to_json(),
        lambda: engine.search(query, match_all=True, sort="date", limit=1),
        lambda: engine.explain(query, SEED).to_json(),
        lambda: engine.suggest(query),
    ]
    for way in ways:
        started = time.perf_counter()
        with contextlib.suppress(QueryError):
            json.dumps(way(), default=str)
        assert time.perf_counter() - started < LIMIT


@pytest.mark.parametrize("query", WORDS, ids=lambda query: ascii(query)[:40])
def test_a_nasty_query_gets_an_answer(seed_engine: SearchEngine, query: str) -> None:
    each_way(seed_engine, query)


@pytest.mark.parametrize("query", HUGE + LONG, ids=lambda query: f"{query[:4]!a} {len(query)}")
def test_what_is_too_long_is_cut_and_told_so(seed_engine: SearchEngine, query: str) -> None:
    each_way(seed_engine, query)
    if any(map(str.isalnum, query)):
        assert "the query is long" in seed_engine.search(query).notes[0]


@pytest.mark.parametrize("query", ["", " ", "\u200b", "…", "()", '""', "+-"])
def test_what_says_nothing_is_told_so(seed_engine: SearchEngine, query: str) -> None:
    with pytest.raises(QueryError, match="type some words"):
        seed_engine.search(query)


@pytest.mark.parametrize(
    "query", ['đại hội"', "(đại hội", "đại AND", "AND đại", "date:abc đại hội"]
)
def test_signs_that_form_no_query_are_searched_as_text_with_a_note(
    seed_engine: SearchEngine, query: str
) -> None:
    results = seed_engine.search(query)
    assert results.notes
    assert results.total + results.total_partial == 5


FIELDS = ["title:", "date:", "number:", "place:", "term:", "source:", "author:", "sau:", "từ:"]
FIELDS += [" AND ", " OR ", " NOT ", "2022", "21/3", " đại hội "]
pieces = st.sampled_from(
    [*WORDS, *'"()+-*:.,/ \n\x00\ud800\u0301\u202e😀', *VIETNAMESE_LETTERS, *FIELDS]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.one_of(st.text(max_size=80), st.lists(pieces, max_size=12).map("".join)))
@example("NOT \ud800(")
def test_any_text_gets_an_answer(seed_engine: SearchEngine, query: str) -> None:
    each_way(seed_engine, query)


@pytest.mark.parametrize(
    "query",
    [
        "(" * 255,
        '"',
        "AND",
        "a*",
        "../",
        "\udcff",
        "đại \udcff hội",
        "-đại",
        "date:..",
        "😀",
        "(a+)+$",
        "",
        "-h",
    ],
)
@pytest.mark.parametrize("command", ["search", "suggest", "explain"])
def test_the_command_ends_in_a_result_or_one_line(
    seed_directory: object, command: str, query: str
) -> None:
    arguments = [command, "--index", str(seed_directory), "--json", "--", query]
    if command == "explain":
        arguments.append(SEED)
    outcome = CliRunner().invoke(main, arguments)
    assert outcome.exit_code in (0, 1, 2)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit)
    assert isinstance(json.loads(outcome.stdout)["ok"], bool)
    assert "Traceback" not in outcome.output
    assert "unexpected" not in outcome.output
