"""The title of a page that came without one: its headline, or its first sentence, cut sensibly.

The letters are left as they are, capitals included.
"""

from __future__ import annotations

import re

from searchengine.pages.rules.text_patterns import sentence_starts, squeeze

#: A title made from a sentence is at most this long; longer ones are cut where a phrase ends.
TITLE_MAX = 120
#: A cut may go back this far to find such a place.
TITLE_MIN = 60
#: How much of a body is looked at for its first sentence.
_LEAD = 1_000

_DATELINE = re.compile(r"(?:TTO?|\(?Dân trí\)?|[(][^()]{1,30}[)])\s*[-–:]\s*")
#: A sentence is cut before a word that begins another phrase, or after a mark.
_PHRASE = re.compile(
    r"(?<=[,;:])\s|\s(?=(?:[-–] )|(?:về|để|nhằm|của|và|với|cho|trong|tại|do|theo|từ|khi|vì|nên|mà"
    r"|trên|sau|trước|giữa|cùng|là|thì|nhưng|hoặc|đã|sẽ|đang|được|bị)\s)"
)


def page_title(headline: str, body: str) -> str:
    """Return ``headline`` if there is one, else a title made of the body's first sentence."""
    return headline or _from_sentence(body[:_LEAD])


def _from_sentence(lead: str) -> str:
    lead = lead.strip()
    lead = lead[_dateline_end(lead) :]
    starts = [*sentence_starts(lead), len(lead)]
    sentence = squeeze(lead[: starts[1]])
    if sentence.endswith(".") and not sentence.endswith(".."):
        sentence = sentence[:-1]
    if len(sentence) <= TITLE_MAX:
        return sentence
    head = sentence[: TITLE_MAX + 1]
    places = [match.start() for match in _PHRASE.finditer(head) if match.start() >= TITLE_MIN]
    end = places[-1] if places else head.rfind(" ")
    return sentence[: end if end > 0 else TITLE_MAX].rstrip(" ,;:–-") + "…"


def _dateline_end(lead: str) -> int:
    match = _DATELINE.match(lead)
    return match.end() if match else 0
