"""Measures of ranking agree with trec_eval's; sets are asked in every way of typing."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import pytrec_eval
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from searchengine.cli.commands import main
from searchengine.errors import InputError
from searchengine.evaluation import (
    TYPINGS,
    evaluate_set,
    half_of,
    indexed_set,
    mean_of,
    measures,
)

#: Our names of the measures, and trec_eval's where the run is cut at ten.
NAMES = {"ndcg@10": "ndcg_cut_10", "mrr@10": "recip_rank", "p@1": "P_1", "recall@10": "recall_10"}
DOCUMENTS = {
    "a": "Bác sĩ khuyên người cao tuổi đi bộ mỗi sáng.",
    "b": "Ủy ban phường tổ chức đại hội khu phố.",
    "c": "Đội tuyển bơi giành hai huy chương vàng.",
}
QUERIES = {"q1": ("đi bộ buổi sáng", ["a"]), "q2": ("ủy ban phường", ["b", "c"])}

identifiers = st.integers(0, 30).map(str)


@settings(deadline=None)
@given(
    st.lists(identifiers, unique=True, min_size=1, max_size=15),
    st.sets(identifiers, min_size=1, max_size=15),
)
def test_the_measures_are_those_of_trec_eval(found: list[str], gold: set[str]) -> None:
    evaluator = pytrec_eval.RelevanceEvaluator(
        {"q": dict.fromkeys(gold, 1)}, {"ndcg_cut.10", "recip_rank", "P.1", "recall.10"}
    )
    run = {id_: float(-rank) for rank, id_ in enumerate(found[:10])}
    theirs = evaluator.evaluate({"q": run})["q"]
    ours = measures(found, gold)
    assert ours == pytest.approx({name: theirs[other] for name, other in NAMES.items()}, abs=1e-9)


def test_nothing_found_measures_nothing() -> None:
    assert set(measures([], {"a"}).values()) == {0.0}


def write_set(directory: Path) -> Path:
    directory.mkdir(parents=True)
    corpus = [{"id": id_, "title": "", "text": text} for id_, text in DOCUMENTS.items()]
    queries = [{"id": id_, "text": t, "gold": gold} for id_, (t, gold) in QUERIES.items()]
    for name, records in (("corpus", corpus), ("queries", queries)):
        lines = [json.dumps(record, ensure_ascii=False) for record in records]
        (directory / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return directory


def test_a_set(tmp_path: Path) -> None:
    found = evaluate_set(write_set(tmp_path / "health"))
    assert (found["documents"], found["queries"]) == (3, 2)
    assert found["p@1"] == found["mrr@10"] == 100.0
    assert found["recall@10"] == 75.0


def test_documents_of_the_same_text_are_ranked_apart(tmp_path: Path) -> None:
    directory = write_set(tmp_path / "set")
    with (directory / "corpus.jsonl").open("a", encoding="utf-8") as corpus:
        corpus.write("\n" + json.dumps({"id": "c", "title": "", "text": DOCUMENTS["b"]}))
    assert evaluate_set(directory)["recall@10"] == 100.0


@pytest.mark.parametrize("typing", TYPINGS)
def test_every_way_of_typing_finds_the_answers(tmp_path: Path, typing: str) -> None:
    assert evaluate_set(write_set(tmp_path / "set"), TYPINGS[typing])["p@1"] == 100.0


@pytest.mark.parametrize(
    ("typing", "typed"),
    [
        ("as-is", "Hòa giải ở quận"),
        ("fold", "Hoa giai o quan"),
        ("telex", "Hoaf giair owr quaanj"),
        ("vni", "Hoa2 giai3 o73 qua6n5"),
        ("nfd", unicodedata.normalize("NFD", "Hòa giải ở quận")),
        ("other-placement", "Hoà giải ở quận"),
        ("capitals", "HÒA GIẢI Ở QUẬN"),
    ],
)
def test_what_each_way_of_typing_makes_of_a_query(typing: str, typed: str) -> None:
    assert TYPINGS[typing]("Hòa giải ở quận") == typed


def test_a_mixed_query_loses_the_diacritics_of_some_syllables_the_same_every_time() -> None:
    text = "Đại hội đại biểu toàn quốc lần thứ mười, họp ở Hà Nội"
    mixed = TYPINGS["mixed"](text)
    words = dict(zip(mixed.split(), text.split(), strict=True))
    bare = [word for word in words if word.isascii()]
    assert 2 <= len(bare) <= len(words) - 2
    assert TYPINGS["mixed"](text) == mixed


def test_the_halves_are_stable_and_about_as_large() -> None:
    assert [half_of(id_) for id_ in ("1", "2", "q7")] == ["tuning", "held-out", "tuning"]
    halves = Counter(half_of(str(number)) for number in range(1000))
    assert 450 < halves["tuning"] < 550


def test_one_half_of_a_set_can_be_asked_alone(tmp_path: Path) -> None:
    with indexed_set(write_set(tmp_path / "set")) as indexed:
        asked = [indexed.evaluate(TYPINGS["as-is"], half=h) for h in ("tuning", "held-out", None)]
    assert asked[0]["queries"] + asked[1]["queries"] == asked[2]["queries"] == 2


def test_every_set_counts_the_same_in_the_mean() -> None:
    one = dict.fromkeys(NAMES, 50.0)
    assert mean_of({"a": {**one, "queries": 9}, "b": dict.fromkeys(NAMES, 100.0)}) == dict.fromkeys(
        NAMES, 75.0
    )


@pytest.mark.parametrize("line", ["{", '{"id": "x"}', "[]"])
def test_a_damaged_line_is_named(tmp_path: Path, line: str) -> None:
    directory = write_set(tmp_path / "set")
    with (directory / "queries.jsonl").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}")
    with pytest.raises(InputError, match=r"queries\.jsonl:3 .*mend the line"):
        evaluate_set(directory)


def run(*arguments: str) -> tuple[int, str, str]:
    outcome = CliRunner().invoke(main, ["eval", *arguments])
    return outcome.exit_code, outcome.stdout, outcome.stderr


def test_the_command_prints_a_line_a_set_and_the_mean(tmp_path: Path) -> None:
    sets = [str(write_set(tmp_path / name)) for name in ("health", "laws")]
    code, table, _ = run(*sets, "--capitals")
    assert code == 0
    assert [line.split()[0] for line in table.splitlines()] == [
        "documents", "health", "laws", "mean",
    ]  # fmt: skip


def test_the_command_in_json(tmp_path: Path) -> None:
    code, output, _ = run(str(write_set(tmp_path / "health")), "--json", "--half", "tuning")
    answer = json.loads(output)
    assert code == 0
    assert answer["ok"]
    assert set(answer["sets"]["health"]) == {"documents", "queries", *NAMES}
    assert set(answer["mean"]) == set(NAMES)


def test_sets_of_one_name_are_all_shown(tmp_path: Path) -> None:
    sets = [str(write_set(tmp_path / folder / "laws")) for folder in ("old", "new")]
    _, output, _ = run(*sets, "--json")
    assert list(json.loads(output)["sets"]) == ["laws", sets[1]]


def test_a_query_is_typed_in_one_way(tmp_path: Path) -> None:
    code, _, errors = run(str(tmp_path), "--telex-queries", "--capitals")
    assert code == 2
    assert errors == "error: a query is typed in one way: choose one of telex and capitals\n"


def test_a_folder_that_is_no_set_is_told(tmp_path: Path) -> None:
    code, _, errors = run(str(tmp_path))
    assert code == 2
    assert "a set is a directory with corpus.jsonl and queries.jsonl" in errors
