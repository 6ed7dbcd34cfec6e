"""The contract of an engine: one suite of tests that any implementation of ``Backend`` can run.

Needs pytest, which nothing else of the package does. An engine shows that it keeps to the protocol
by a test class of its own:

    from searchengine.backends.contract import BackendContract

    class TestMyEngine(BackendContract):
        def make_backend(self, folder):
            return MyBackend(folder)

``make_backend`` returns an empty index each time; ``folder`` is an empty directory for it to use
or leave alone. Where an engine may lawfully differ, a class attribute of :class:`Contract` says
so. Most modules hold behaviours, one a test; ``differential`` compares answers to generated plans
with those of the engine in memory, which is the specification.
"""

import pytest

_SUITES = (
    "base", "matching", "ranking", "folding", "dates", "counting", "reading", "commits",
    "unfinished", "declared_fields", "ideas", "vectors",
    "differential.comparison", "differential.suite",
)  # fmt: skip
# Failures should say what was compared, as in a test file.
pytest.register_assert_rewrite(*(f"{__name__}.{suite}" for suite in _SUITES))

from searchengine.backends.contract.base import Contract  # noqa: E402
from searchengine.backends.contract.commits import CommitContract  # noqa: E402
from searchengine.backends.contract.counting import CountingContract  # noqa: E402
from searchengine.backends.contract.dates import DateContract  # noqa: E402
from searchengine.backends.contract.declared_fields import DeclaredFieldsContract  # noqa: E402
from searchengine.backends.contract.differential.suite import DifferentialContract  # noqa: E402
from searchengine.backends.contract.folding import FoldingContract  # noqa: E402
from searchengine.backends.contract.ideas import IdeasContract  # noqa: E402
from searchengine.backends.contract.matching import MatchingContract  # noqa: E402
from searchengine.backends.contract.ranking import RankingContract  # noqa: E402
from searchengine.backends.contract.reading import ReadingContract  # noqa: E402
from searchengine.backends.contract.unfinished import UnfinishedCommitContract  # noqa: E402
from searchengine.backends.contract.vectors import VectorContract  # noqa: E402

__all__ = ["BackendContract", "Contract"]


class BackendContract(
    MatchingContract,
    RankingContract,
    FoldingContract,
    DateContract,
    IdeasContract,
    CountingContract,
    ReadingContract,
    CommitContract,
    UnfinishedCommitContract,
    DeclaredFieldsContract,
    VectorContract,
    DifferentialContract,
):
    """All of the contract; subclass it and define ``make_backend``."""
