"""What is installed: the page's templates and files are inside the wheel."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_wheel_holds_templates_and_static_files(tmp_path: Path) -> None:
    copy = tmp_path / "source"
    shutil.copytree(
        ROOT / "searchengine", copy / "searchengine", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    build = "from setuptools import build_meta; build_meta.build_wheel('..')"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("templates", "static"):
        for file in (ROOT / "searchengine" / "server" / folder).iterdir():
            assert f"searchengine/server/{folder}/{file.name}" in inside
