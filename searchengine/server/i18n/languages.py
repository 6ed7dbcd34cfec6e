"""The languages that the page speaks."""

from __future__ import annotations

from collections.abc import Mapping

from searchengine.server.i18n.english import ENGLISH
from searchengine.server.i18n.phrases import Phrases
from searchengine.server.i18n.vietnamese import VIETNAMESE
from searchengine.server.pages.address import Language

WORDS: Mapping[Language, Phrases] = {"vi": VIETNAMESE, "en": ENGLISH}
