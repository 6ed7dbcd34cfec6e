"""Without the library that reads a format its files are listed with what to install."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest

from tests.pages.readers.formats.making import read, refusal


def hide(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **further: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **further)

    monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.parametrize(
    ("library", "name", "data", "package"),
    [
        ("pypdfium2", "a.pdf", b"%PDF-1.7", "pypdfium2"),
        ("python_calamine", "a.xlsx", b"PK\x03\x04xl/", "python-calamine"),
        ("markdown_it", "a.md", "# Chợ".encode(), "markdown-it-py"),
    ],
)
def test_what_is_missing_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    library: str,
    name: str,
    data: bytes,
    package: str,
) -> None:
    hide(library, monkeypatch)
    assert f"pip install {package}" in refusal(tmp_path, name, data)


def test_without_yaml_front_matter_is_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hide("yaml", monkeypatch)
    page = read(tmp_path, "a.md", "---\ntitle: Họp\n---\nChợ".encode())
    assert "title: Họp" in page.text
    assert "pip install PyYAML" in page.warnings[0]
