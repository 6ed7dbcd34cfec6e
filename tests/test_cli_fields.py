"""Fields of records and lists of synonyms on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from searchengine.cli.commands import main

Run = Callable[..., Result]

RECORDS = [
    {"id": f"r{n}", "text": f"Văn bản số {n} về đường làng", "loại": loại, "trang": n, "ký": ký}
    for n, (loại, ký) in enumerate(
        [("Nghị quyết", "2021-03-01"), ("Công văn", "2022-07-03"), ("Nghị quyết", "2023-01-09")] * 3
    )
]


@pytest.fixture
def records(tmp_path: Path) -> str:
    path = tmp_path / "hồ sơ.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in RECORDS), "utf-8")
    return str(path)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def run(*arguments: str) -> Result:
        index = ("--index", str(tmp_path / "index"))
        return CliRunner().invoke(main, [*arguments, *index], catch_exceptions=False)

    return run


def test_fields_are_inferred_from_the_first_records(run: Run, records: str) -> None:
    assert "loại (keyword), trang (number), ký (date)" in run("index", records).stderr
    assert run("search", "văn bản", "--filter", "loại=cong van", "--count").stdout == "3\n"
    assert run("search", "--filter", "trang=7..", "--ids").stdout.split() == ["r7", "r8"]
    assert run("search", "văn bản", "--sort", "trang", "--ids").stdout.split()[0] == "r8"
    found = run("search", "văn bản", "--facet", "loại", "--json", "--limit", "1").stdout
    assert json.loads(found)["facets"] == {"loại": {"Nghị quyết": 6, "Công văn": 3}}
    assert "6  Nghị quyết" in run("search", "văn bản", "--facet", "loại").stdout
    assert "2023-01-09" in run("facets", "văn bản", "--by", "ký").stdout


def test_a_schema_declares_them_and_an_empty_one_declares_none(
    run: Run, records: str, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"trang": "keyword"}', "utf-8")
    assert run("index", records, "--schema", str(schema)).exit_code == 0
    assert run("search", "văn bản", "--filter", "trang=3", "--count").stdout == "1\n"
    refused = run("search", "văn bản", "--filter", "loại=x")
    assert refused.exit_code == 2
    assert "there is no field 'loại'" in refused.stderr
    schema.write_text("{}", "utf-8")
    other = ("--index", str(tmp_path / "other"))
    done = CliRunner().invoke(main, ["index", records, "--schema", str(schema), *other])
    assert "fields" not in done.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[1]", "one JSON object"),
        ("{", "not JSON"),
        ('{"trang": "số"}', "is no 'số'"),
        ('{"place": "keyword"}', "every index has 'place'"),
    ],
)
def test_a_schema_that_is_none(
    run: Run, records: str, tmp_path: Path, content: str, message: str
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(content, "utf-8")
    refused = run("index", records, "--schema", str(schema))
    assert refused.exit_code == 2
    assert message in refused.stderr


def test_fields_cannot_be_declared_later(run: Run, records: str, tmp_path: Path) -> None:
    run("index", records)
    schema = tmp_path / "schema.json"
    schema.write_text('{"cỡ": "number"}', "utf-8")
    refused = run("index", records, "--schema", str(schema))
    assert refused.exit_code == 2
    assert "has documents" in refused.stderr
    assert run("search", "văn bản", "--count").stdout == "9\n"


def test_synonyms_are_kept_in_the_index(run: Run, records: str, tmp_path: Path) -> None:
    run("index", records)
    listed = tmp_path / "synonyms.txt"
    listed.write_text("lối xóm, đường làng\n", "utf-8")
    assert run("search", "lối xóm").exit_code == 1
    assert run("index", records, "--synonyms", str(listed)).exit_code == 0
    assert run("search", "lối xóm", "--count").stdout == "9\n"
    assert "đường làng" in run("analyze", "lối xóm").stdout
    assert "làng" in run("explain", "lối xóm", "r1").stdout
    listed.write_text("lối xóm\n", "utf-8")
    refused = run("index", records, "--synonyms", str(listed))
    assert "line 1 of the synonyms has one form" in refused.stderr


def test_a_filter_that_is_none(run: Run, records: str) -> None:
    run("index", records)
    refused = run("search", "văn bản", "--filter", "loại")
    assert "a filter is written FIELD=VALUE" in refused.stderr


def test_a_field_that_records_cannot_have_is_told_before_an_index_is_made(
    run: Run, records: str, tmp_path: Path
) -> None:
    refused = run("index", records, "--field", "tên=ten")
    assert refused.exit_code == 2
    assert "records have no field 'tên' of ours: use id, title, text" in refused.stderr
    assert not (tmp_path / "index").exists()
