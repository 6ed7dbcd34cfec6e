"""Pictures of pages into text, by tesseract and its Vietnamese data where they are installed.

The page is drawn by pypdfium2 in grey and handed to tesseract as it is; nothing is written.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from typing import Any

from searchengine.errors import InputError
from searchengine.pages.readers.formats.programs import run

#: Dots an inch, as tesseract's authors advise; a page has at most so many of them.
RESOLUTION = 300
DOTS_MAX = 60_000_000
NEXT_STEP = "install tesseract with Vietnamese (Debian: tesseract-ocr, tesseract-ocr-vie)"


@functools.cache
def tesseract() -> str | None:
    """Return the program where it and its Vietnamese data are installed."""
    program = shutil.which("tesseract")
    if program is None:
        return None
    try:
        told = subprocess.run(
            (program, "--list-langs"), capture_output=True, text=True, timeout=30, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if "vie" in told.stdout.split() else None


def read_picture(page: Any) -> str:
    """Return the text that tesseract sees on a page; raises :class:`InputError`."""
    program = tesseract()
    if program is None:
        raise InputError(f"tesseract is missing: {NEXT_STEP}")
    width, height = page.get_size()
    scale = min(RESOLUTION / 72, (DOTS_MAX / max(1.0, width * height)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        dots = bitmap.to_numpy().reshape(bitmap.height, -1)[:, : bitmap.width]
        picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + dots.tobytes()
    finally:
        bitmap.close()
    resolution = str(round(scale * 72))
    command = (program, "stdin", "stdout", "-l", "vie", "--dpi", resolution)
    text = run(command, "tesseract", {"OMP_THREAD_LIMIT": "1"}, picture).decode("utf-8", "replace")
    return _paragraphs(text.replace("\f", ""))


def _paragraphs(text: str) -> str:
    """The lines of what tesseract found, without the blank ones that part them all."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())
