"""The languages that the page speaks."""

from __future__ import annotations

from collections.abc import Mapping

from searchengine.server.address import Language
from searchengine.server.english import ENGLISH
from searchengine.server.vietnamese import VIETNAMESE
from searchengine.server.words import Words

WORDS: Mapping[Language, Words] = {"vi": VIETNAMESE, "en": ENGLISH}
