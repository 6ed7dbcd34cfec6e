"""Every target of the campaigns, by its name; each is made when it is called."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzzing.campaign import Target
from tests.fuzzing.index_files import INDEX_TARGETS
from tests.fuzzing.reading import reader_targets
from tests.fuzzing.texts import TEXT_TARGETS

TARGETS: dict[str, Callable[[], Target]] = {**TEXT_TARGETS, **INDEX_TARGETS, **reader_targets()}
