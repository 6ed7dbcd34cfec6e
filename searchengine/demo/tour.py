"""An index of the sample pages, and questions that show what it finds.

Pages and index lie side by side in a folder, so that both can be looked at. Nothing is printed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from searchengine.backends.fields import Field, IndexSettings
from searchengine.engine import SearchEngine
from searchengine.errors import InputError
from searchengine.pages.history import History
from searchengine.pages.ingest import index_paths

#: The files that come with the package.
PAGES = Path(__file__).parent / "pages"
#: What the records of ``ho-so/thu-tuc.jsonl`` can be filtered and sorted by.
FIELDS = (Field("lĩnh vực", "keyword"), Field("số ngày", "number"))


@dataclass(frozen=True, slots=True)
class Question:
    """A query, and in a few words what its answer shows."""

    query: str
    shows: str


QUESTIONS = (
    Question("dai hoi chi bo", "typed without diacritics"),
    Question("chợ hoa", "typed with them: no page that has only cho"),
    Question("45 qd ubnd", "the number of a paper, 45/QĐ-UBND"),
    Question("họp dân tháng 10/2024", "with a date, of which the nearest pages are best"),
    Question("ddaij hooij", "the keystrokes of Telex"),
    Question("xoa mu chu", "a page in TCVN3, an encoding from before Unicode"),
)


def build(folder: Path) -> Path:
    """Copy the pages into ``folder`` and index them; return the folder of the index.

    Raises :class:`InputError` for a folder that has anything in it.
    """
    index = folder / "index"
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise InputError(
            f"{folder} is not an empty folder: name another one, or search what is there with "
            f"--index {index}"
        )
    try:
        pages = shutil.copytree(PAGES, folder / "pages")
    except OSError as error:
        reason = error.strerror or "its disk refuses"
        raise InputError(f"cannot write into {folder} ({reason}): name another folder") from error
    with SearchEngine.open(index, create=True) as engine:
        engine.configure(IndexSettings(fields=FIELDS))
        index_paths(engine, [str(pages)], history=History(str(index)))
    return index
