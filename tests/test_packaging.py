"""What is installed: the wheel's files, its version and licence, and a quiet installation."""

from __future__ import annotations

import email.message
import email.parser
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

import searchengine
from searchengine.cli.commands import main

ROOT = Path(__file__).parents[1]
PACKAGED = ("pyproject.toml", "README.md", "LICENSE", "docs/searchengine.1")


def build(kind: str, folder: Path) -> tuple[Path, str]:
    """Build a wheel of a copy of the project; return it with what the build said."""
    copy = folder / "source"
    shutil.copytree(
        ROOT / "searchengine", copy / "searchengine", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in PACKAGED:
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    code = f"from setuptools import build_meta; build_meta.build_{kind}('..')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=copy, check=True, capture_output=True, text=True
    )
    (wheel,) = folder.glob("*.whl")
    return wheel, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    return zipfile.ZipFile(build("wheel", tmp_path_factory.mktemp("wheel"))[0])


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> email.message.Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return email.parser.Parser().parsestr(wheel.read(name).decode("utf-8"))


def test_the_wheel_holds_templates_and_static_files(wheel: zipfile.ZipFile) -> None:
    for folder in ("templates", "static"):
        for file in (ROOT / "searchengine" / "server" / folder).iterdir():
            assert f"searchengine/server/{folder}/{file.name}" in wheel.namelist()


def test_the_wheel_holds_the_sample_pages(wheel: zipfile.ZipFile) -> None:
    pages = ROOT / "searchengine" / "demo" / "pages"
    files = [file for file in pages.rglob("*") if file.is_file()]
    assert len(files) > 12
    for file in files:
        assert str(file.relative_to(ROOT)) in wheel.namelist()


def test_the_wheel_holds_the_package_alone(wheel: zipfile.ZipFile) -> None:
    top = {name.partition("/")[0] for name in wheel.namelist()}
    named = f"searchengine-{searchengine.__version__}"
    assert top == {"searchengine", f"{named}.dist-info", f"{named}.data"}


def test_the_wheel_holds_the_manual_page_and_says_that_it_is_typed(wheel: zipfile.ZipFile) -> None:
    (page,) = (name for name in wheel.namelist() if ".data/" in name)
    assert page.endswith(".data/data/share/man/man1/searchengine.1")
    assert wheel.read(page) == (ROOT / "docs" / "searchengine.1").read_bytes()
    assert "searchengine/py.typed" in wheel.namelist()


def test_the_wheel_holds_the_licence(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/LICENSE"))
    assert wheel.read(name) == (ROOT / "LICENSE").read_bytes()


def test_the_version_is_written_once(metadata: email.message.Message) -> None:
    assert metadata["Version"] == searchengine.__version__
    assert searchengine.__version__ not in (ROOT / "pyproject.toml").read_text()


def test_the_changelog_has_a_section_of_this_version_below_what_is_not_released() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    sections = re.findall(r"^## \[(.+?)\](.*)", changelog, re.MULTILINE)
    assert sections[0] == ("Unreleased", "")
    assert sections[1][0] == searchengine.__version__
    assert re.fullmatch(r" - \d{4}-\d\d-\d\d", sections[1][1])


def test_the_command_says_its_version() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert result.exit_code == 0
    assert searchengine.__version__ in result.stdout


def test_unidecode_is_an_extra_that_the_default_installation_has(
    metadata: email.message.Message,
) -> None:
    wanted = metadata.get_all("Requires-Dist") or []
    assert "unidecode" in (metadata.get_all("Provides-Extra") or [])
    assert {line.partition(";")[2].strip() for line in wanted if line.startswith("Unidecode")} == {
        "",
        'extra == "unidecode"',
    }


def test_an_editable_installation_warns_of_nothing(tmp_path: Path) -> None:
    _, said = build("editable", tmp_path)
    assert "Editable install" in said
    assert "Please be careful" not in said
