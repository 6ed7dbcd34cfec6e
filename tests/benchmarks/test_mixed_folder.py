"""The folder of all formats: made, indexed as a person would, and every sound file found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.mixed_files import DAMAGES, FONT, MAKERS, make_folder
from benchmarks.mixed_folder import index_folder


@pytest.mark.skipif(not FONT.exists(), reason="PDF needs a font with Vietnamese letters")
def test_every_sound_file_is_found_and_every_damaged_one_told(tmp_path: Path) -> None:
    folder = tmp_path / "sổ sách"
    manifest = make_folder(folder, 100)
    assert {made.format for made in manifest} >= set(MAKERS)
    assert {made.damage for made in manifest} == {"", *DAMAGES}
    found = index_folder(folder, manifest, tmp_path / "index")
    for fault in ("not_found", "told_but_sound", "damaged_but_not_told"):
        assert found[fault] == [], fault
