"""Text with the name of the font that it is set in, as papers, slides and RTF tell it run by run.

A font of before Unicode gives letters of its own to the codes of others; such a run is what its
font makes of it.
"""

from __future__ import annotations

from searchengine.text.encodings.fonts import from_font


class FontRuns:
    """Runs of text in their order; neighbours of one font are one, for a letter may span two."""

    def __init__(self) -> None:
        self._runs: list[tuple[list[str], str]] = []

    def add(self, text: str, font: str = "") -> None:
        """Append ``text`` set in ``font``, whose name may be unknown."""
        if self._runs and (self._runs[-1][1] == font or not text.strip()):
            self._runs[-1][0].append(text)
        elif text:
            self._runs.append(([text], font))

    def text(self) -> str:
        """Return all of it."""
        whole = (("".join(parts), font) for parts, font in self._runs)
        return "".join(from_font(text, font) or text for text, font in whole)
