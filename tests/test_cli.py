"""The command: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from searchengine import Document, SearchEngine
from searchengine.cli.commands import main

S001 = "001_15548a90c78a3968.txt"
S002 = "002_4a4b7afcf6fe2866.txt"


@pytest.fixture
def run(seed_directory: Path):  # type: ignore[no-untyped-def]
    """A function that runs the command on the seeds' index."""

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--index", str(seed_directory)])

    return run


def test_search_prints_hits_on_stdout(run) -> None:  # type: ignore[no-untyped-def]
    result = run("search", "dai hoi chi bo khu 5b")
    assert result.exit_code == 0
    assert result.stdout.startswith("1. Đại hội Chi bộ khu 5B, phường Quang Trung lần thứ V")
    assert "03/07/2022 · phường Quang Trung · Hồng Hoàn" in result.stdout
    assert (
        "4 documents found, and 1 more that lacks some of the words; 1–5 shown (" in result.stderr
    )
    assert "These lack some of the words:" in result.stdout
    assert "\x1b" not in result.stdout


def test_search_says_plainly_how_many_there_are(tmp_path: Path) -> None:
    with SearchEngine.open(tmp_path, create=True) as engine, engine.writer() as writer:
        for at, word in enumerate(("mưa", "nắng", "gió", "sương", "sương")):
            writer.add(Document(id=str(at), text=f"Trời {word}."))

    def said(query: str, *options: str) -> str:
        command = ["search", query, "--index", str(tmp_path), "--no-fold-duplicates", *options]
        return CliRunner().invoke(main, command).stderr.splitlines()[-1].partition(" (")[0]

    assert said("nắng") == "1 document found; 1 shown"
    assert said("sương", "--limit", "1") == "2 documents found; 1 shown"
    lacking = "no document has all of the words, 3 lack some of them"
    assert said("mưa nắng gió") == f"{lacking}; 1–3 shown"
    assert said("mưa nắng gió", "--limit", "2", "--page", "2") == f"{lacking}; 3 shown"
    assert said("nắng", "--page", "2") == "1 document found; page 2 is past the last"


def test_help_cuts_no_sentence_and_says_how_to_begin() -> None:
    said = CliRunner().invoke(main, ["--help"]).stdout
    assert "..." not in said.partition("Commands:")[2]
    assert "Copy the index into the folder DEST, whoever reads or writes" in said
    assert "To begin: 'searchengine demo'" in said


def test_a_folder_with_nothing_to_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()

    def told() -> str:
        command = ["index", str(tmp_path / "pages"), "--index", str(tmp_path / "index")]
        return CliRunner().invoke(main, command).stderr

    assert "there was nothing to read" in told()
    (tmp_path / "pages" / "a.txt").write_text("Chợ phiên họp sớm.", encoding="utf-8")
    assert told() == ""
    assert told() == ""  # What is unchanged is something too.
    (tmp_path / "pages" / "a.txt").unlink()
    assert "there was nothing to read" in told()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is full")
def test_output_that_finds_no_room_is_an_error_with_the_next_step(seed_directory: Path) -> None:
    command = [sys.executable, "-m", "searchengine.cli", "export", "--index", str(seed_directory)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "error: No space left on device: make room, and run it again\n",
    )


def test_a_document_gives_a_terminal_no_orders(tmp_path: Path) -> None:
    order = "\x1b[31mđỏ\x07\x9b2J"
    with SearchEngine.open(tmp_path, create=True) as engine, engine.writer() as writer:
        writer.add(
            Document(
                id=f"a{order}", title=f"Quả {order}", text=f"Trang 1\fQuả\t{order}", place=order
            )
        )

    def printed(*command: str) -> str:
        return CliRunner().invoke(main, [*command, "--index", str(tmp_path)], color=True).output

    shown = "\ufffd[31mđỏ\ufffd\ufffd2J"
    assert f"Trang 1\fQuả\t{shown}" in printed("show", f"a{order}")
    commands = [("show", f"a{order}"), ("show", order), ("facets",), ("suggest", "q")]
    for command in [*commands, ("search", "quả đỏ")]:
        output = printed(*command)
        assert "\x1b[31m" not in output
        assert not set(output) & {"\x07", "\x9b"}
    assert "\x1b[1m" in output  # Our own marks stay.


def test_search_joins_its_words(run) -> None:  # type: ignore[no-untyped-def]
    assert run("search", "--ids", "nguyen", "cu", "trinh").stdout.splitlines()[0] == S002


def test_search_finds_nothing(run) -> None:  # type: ignore[no-untyped-def]
    result = run("search", '"tỷ giá ngoại tệ"')
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing found" in result.stderr


def test_search_json(run) -> None:  # type: ignore[no-untyped-def]
    answer = json.loads(run("search", "chi bộ", "--json", "--limit", "2", "--page", "2").stdout)
    assert answer["ok"] is True
    assert (answer["query"], answer["page"], answer["per_page"]) == ("chi bộ", 2, 2)
    assert (answer["total"], answer["total_partial"]) == (4, 1)
    assert {"took_ms", "suggestion", "facets"} <= answer.keys()
    assert [hit["rank"] for hit in answer["hits"]] == [3, 4]
    assert {
        "rank", "id", "title", "date", "date_precision", "place", "author", "source", "path",
        "score", "snippet",
    } <= answer["hits"][0].keys()  # fmt: skip


def test_count_and_dates(run) -> None:  # type: ignore[no-untyped-def]
    assert run("search", "đảng bộ phường", "--from", "2023", "--ids").stdout == f"{S002}\n"
    assert run("search", "đảng bộ phường", "--to", "2020-12-31", "--count").stdout == "1\n"


def test_facets_count_everything_where_search_wants_to_know_what(run) -> None:  # type: ignore[no-untyped-def]
    counted = json.loads(run("facets", "--json").stdout)
    assert counted["total"] == 5
    assert sum(counted["facets"]["year"].values()) == 4
    assert run("search").exit_code == 2


def test_explain_adds_up(run) -> None:  # type: ignore[no-untyped-def]
    answer = json.loads(run("explain", "đại hội 2022", S001, "--json").stdout)
    total = sum(part["score"] for part in answer["parts"]) * answer["date_factor"]
    total *= answer["nearness"]
    assert answer["score"] == pytest.approx(total, abs=1e-6)
    assert "for the date" in run("explain", "đại hội 2022", S001).stdout


def test_explain_shows_a_phrase_in_quotes(run) -> None:  # type: ignore[no-untyped-def]
    told = run("explain", '"đại hội chi bộ" phường', S001).stdout
    assert 'syllables: "đại hội chi bộ"  (weight 4' in told
    assert "syllables: phường  " in told


def test_show(run) -> None:  # type: ignore[no-untyped-def]
    text = run("show", S001).stdout
    assert "Hồng Hoàn" in text.split("\n\n")[0]
    assert "Tỷ giá ngoại tệ" not in text
    assert "Tỷ giá ngoại tệ" in run("show", S001, "--original").stdout
    assert json.loads(run("show", S001, "--json").stdout)["date"] == "2022-07-03"


def test_stats_verify_suggest_analyze(run) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(run("stats", "--json").stdout)["documents"] == 5
    assert "documents" in run("stats").stdout
    assert "268,435,456 bytes kept for searches" in run("stats").stdout
    assert run("verify").exit_code == 0
    assert run("suggest", "đại hộ").stdout.startswith("đại hội\n")
    assert run("suggest", "xyz").exit_code == 1
    analyzed = run("analyze", "Uỷ ban nhân dân phường họp ngày 3/7/2022").stdout
    assert "ủy_ban" in analyzed
    assert "3/7/2022" in analyzed


def test_delete_and_export(run, tmp_path: Path, seeds: Path) -> None:  # type: ignore[no-untyped-def]
    index = ["--index", str(tmp_path / "index")]
    runner = CliRunner()
    assert runner.invoke(main, ["index", str(seeds), *index]).exit_code == 0
    assert runner.invoke(main, ["delete", S001, *index]).stdout == "1 deleted\n"
    gone = runner.invoke(main, ["delete", S001, *index])
    assert gone.exit_code == 1
    assert "not there" in gone.stderr
    lines = runner.invoke(main, ["export", *index]).stdout.splitlines()
    assert len(lines) == 4
    assert all("original" in json.loads(line) for line in lines)


def test_export_reads_back(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    exported = tmp_path / "all.jsonl"
    assert run("export", "-o", str(exported)).exit_code == 0
    index = ["--index", str(tmp_path / "index")]
    assert CliRunner().invoke(main, ["index", str(exported), *index]).exit_code == 0
    again = CliRunner().invoke(main, ["export", *index]).stdout.splitlines()
    before = exported.read_text(encoding="utf-8").splitlines()

    def facts(line: str) -> tuple[object, ...]:
        record = json.loads(line)
        return tuple(record[name] for name in ("id", "title", "date", "place", "author", "text"))

    assert sorted(map(facts, again)) == sorted(map(facts, before))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["search", ""], "empty"),
        (["search", '"'], "type some words"),
        (["search", "a", "--from", "hôm nào"], "2022"),
        (["search", "a", "--limit", "0"], "limit"),
        (["search", "a", "--page", "99999"], "out of reach"),
        (["search", "a", "--scale", "0"], "scale"),
        (["search", "a", "--explain", "--limit", "21"], "at most 20 hits"),
        (["search", "a", "--time-limit", "0"], "time limit"),
        (["search", "đại hội", "--time-limit", "1e-9"], "longer than it may"),
        (["facets", "đại hội", "--time-limit", "1e-9"], "longer than it may"),
        (["search", "a", "--limit", "nhiều"], "--help"),
        (["search"], "--help"),
        (["tìm"], "--help"),
        (["show", "không có"], "no document"),
    ],
)
def test_errors_are_one_line_with_the_next_step(
    run,  # type: ignore[no-untyped-def]
    arguments: list[str],
    message: str,
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("error: ")


def test_the_help_says_how_many_hits_are_explained(run) -> None:  # type: ignore[no-untyped-def]
    assert "at most 20 results" in " ".join(run("search", "--help").stdout.split())


def test_errors_as_json(run) -> None:  # type: ignore[no-untyped-def]
    result = run("search", "", "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["status"]) == (False, 400)
    assert answer["error"] in result.stderr


def test_no_index_yet(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["search", "a", "--index", str(tmp_path / "none")])
    assert result.exit_code == 2
    assert "searchengine index PATH" in result.stderr


def test_the_environment_names_the_index(seed_directory: Path) -> None:
    result = CliRunner(env={"SEARCHENGINE_INDEX": str(seed_directory)}).invoke(main, ["stats"])
    assert result.exit_code == 0


def test_a_literal_search_says_so(run) -> None:  # type: ignore[no-untyped-def]
    result = run("search", "AND AND (")
    assert result.exit_code == 1
    assert "searched as plain words" in result.stderr


def _process(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "searchengine.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        **options,  # type: ignore[arg-type, call-overload]
    )


def test_output_survives_a_closed_pipe(seed_directory: Path) -> None:
    command = f"{sys.executable} -m searchengine.cli export --index {seed_directory} | head -c 10"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""


def test_a_cold_search_loads_neither_scikit_learn_nor_pyvi(seed_directory: Path) -> None:
    code = (
        "import sys\n"
        "from searchengine.cli.commands import main\n"
        "try:\n"
        "    main(['search', 'đại hội', '--index', sys.argv[1]])\n"
        "except SystemExit as done:\n"
        "    assert done.code == 0\n"
        "heavy = {'sklearn', 'scipy', 'pyvi', 'pycrfsuite', 'trafilatura', 'unidecode', 'tqdm'}\n"
        "print(sorted(heavy & {name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(seed_directory)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stderr.splitlines()[-1] == "[]"


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    done = _process("search", "a", "--debug", "--index", str(tmp_path / "none"))
    assert "Traceback" in done.stderr
    assert "IndexNotFoundError" in done.stderr


def commands_of(group: click.Group, of: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command by its whole name, those of groups too."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands_of(command, f"{of}{name} ")
        else:
            yield f"{of}{name}", command


def test_every_command_has_help_and_takes_the_shared_options() -> None:
    without = {"copy", "demo", "completion", "model build", "model show"}
    for name, command in commands_of(main):
        options = {option for parameter in command.params for option in parameter.opts}
        assert {"--json", "--debug"} <= options, name
        # Which indexes are copied, its arguments say; the others ask no index, or one of their own.
        assert ("--index" in options) == (name not in without), name
        assert command.help, name


def test_similar_tells_the_pages_most_like_one(run) -> None:  # type: ignore[no-untyped-def]
    result = run("similar", S001, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["id"]) == (0, S001)
    assert S001 not in [hit["id"] for hit in answer["hits"]]
    assert run("similar", S001).stdout.startswith(f"1. {answer['hits'][0]['title']}")
    assert run("similar", "khong-co").exit_code == 2
