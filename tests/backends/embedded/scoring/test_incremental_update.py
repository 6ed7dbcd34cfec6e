"""After a commit: what was kept of terms equals what would be made anew."""

from __future__ import annotations

import numpy as np
import pytest

from searchengine.backends.embedded.cache_budget import CacheBudget
from searchengine.backends.embedded.index.arrays.segment import Segment
from searchengine.backends.embedded.index.arrays.streams import Streams
from searchengine.backends.embedded.scoring import term_store
from searchengine.backends.embedded.scoring.scorer import Scorer
from searchengine.backends.embedded.scoring.term_cache import DenseRow, KeptTerm, SparsePostings
from searchengine.backends.values import ScoringTerm
from tests.backends.embedded.streams import random_texts, segment


def named(texts: list[list[str]], name: str) -> Segment:
    one = segment(texts)
    one.name = name
    return one


def commits(seed: int) -> list[Streams]:
    """States of an index: documents added, deleted, segments merged, and all of it at once."""
    rng = np.random.default_rng(seed)
    texts = random_texts(900, 60, 30, seed)
    # A word that some documents repeat more often than a row can say by itself.
    texts = [text + ["nhiều"] * 20 if at % 7 == 0 else text for at, text in enumerate(texts)]
    # And a number that many documents begin with: a frequent term of a stream without lengths.
    texts = [["first", *text] if at % 3 == 0 else text for at, text in enumerate(texts)]
    first, second = named(texts[:601], "first"), named(texts[601:640], "second")
    third, fourth = named(texts[640:643], "third"), named(texts[643:], "fourth")
    merged = named(texts[601:643], "merged")
    some = rng.random(601) < 0.9
    fewer = some & (rng.random(601) < 0.95)
    of_merged, of_fourth = rng.random(42) < 0.8, rng.random(257) < 0.9
    return [
        Streams([first], [None]),
        Streams([first, second], [None, None]),
        Streams([first, second, third], [some, None, None]),
        Streams([first, merged], [some, of_merged]),
        Streams([first, merged, fourth], [fewer, of_merged, of_fourth]),
        Streams([fourth], [of_fourth]),
        Streams([fourth, first], [of_fourth, fewer]),
    ]


TERMS = [
    *(("folded", term) for term in ("khong", "nhiều", "w1", "w2", "w7", "w30", "w59")),
    *(("bigrams", pair) for pair in ("khong khong", "w1 w2", "nhiều nhiều")),
    ("numbers", "w3"),
    ("numbers", "first"),
]


def assert_equal(kept: KeptTerm, made: KeptTerm) -> None:
    """What was brought up to date is what was made anew, but for bounds that may be higher."""
    assert type(kept) is type(made)
    assert kept.df == made.df
    assert kept.idf == made.idf
    if isinstance(kept, DenseRow) and isinstance(made, DenseRow):
        np.testing.assert_array_equal(kept.halves, made.halves)
        np.testing.assert_array_equal(kept.bits, made.bits)
        np.testing.assert_array_equal(kept.large_docs, made.large_docs)
        np.testing.assert_array_equal(kept.large_freqs, made.large_freqs)
        assert made.bound * (1 - 1e-6) <= kept.bound <= made.bound * 1.5
    elif isinstance(kept, SparsePostings) and isinstance(made, SparsePostings):
        np.testing.assert_array_equal(kept.docs, made.docs)
        np.testing.assert_array_equal(kept.freqs, made.freqs)


def terms_of(streams: Streams) -> list[tuple[str, str]]:
    vocabulary = {term for term, _ in streams.terms("folded")}
    return [*TERMS, *(("folded", term) for term in sorted(vocabulary)[:40])]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("asked", [1.0, 0.4])
@pytest.mark.parametrize("steps", [term_store.STEPS, 2])
def test_what_is_brought_up_to_date_equals_what_is_made_anew(
    seed: int, asked: float, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_store, "STEPS", steps)
    rng = np.random.default_rng(seed)
    before: Scorer | None = None
    rows = 0
    for streams in commits(seed):
        scorer, fresh = Scorer(streams, before=before), Scorer(streams)
        for stream, term in terms_of(streams):
            # Some terms are not asked for after every commit.
            if rng.random() > asked:
                continue
            kept = scorer.term_store.lookup(stream, term)
            assert_equal(kept, fresh.term_store.lookup(stream, term))
            rows += isinstance(kept, DenseRow)
        before = scorer
    assert rows > 20


@pytest.mark.parametrize("seed", range(4))
def test_views_that_follow_the_same_commit_answer_each_for_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    states = commits(seed)
    before = Scorer(states[1])
    views = [before, *(Scorer(state, before=before) for state in states[2:5])]
    views.append(Scorer(states[5], before=views[2]))
    fresh = [Scorer(view.snapshot) for view in views]
    for _ in range(400):
        at = int(rng.integers(len(views)))
        stream, term = TERMS[int(rng.integers(len(TERMS)))]
        kept = views[at].term_store.lookup(stream, term)
        assert_equal(kept, fresh[at].term_store.lookup(stream, term))


def test_a_commit_that_deletes_much_leaves_nothing_to_bring_up_to_date() -> None:
    whole = named(random_texts(900, 60, 30, 2), "whole")
    few, many = np.ones(900, np.bool_), np.ones(900, np.bool_)
    few[:50], many[:500] = False, False
    before = Scorer(Streams([whole], [None]))
    for live, known in ((few, True), (many, False)):
        after = Scorer(Streams([whole], [live]), before=before)
        assert (after.term_store._shared_with(0) is not None) == known


def test_what_nobody_asks_for_again_goes_when_room_is_needed() -> None:
    states = commits(0)
    before = Scorer(states[0], CacheBudget(1 << 16))
    for number in range(60):
        before.term_store.lookup("folded", f"w{number}")
    after = Scorer(states[1], before=before)
    budget = after.term_store.budget
    assert budget.used > 1 << 15
    for number in range(60):
        after.term_store.lookup("bigrams", f"w{number} khong")
    assert budget.used <= 1 << 16


def test_a_search_that_began_before_a_commit_ends_on_what_it_began_with() -> None:
    states = commits(1)
    before = Scorer(states[1])
    after = Scorer(states[2], before=before)
    for stream, term in TERMS:
        newer = after.term_store.lookup(stream, term)
        older, made = (
            before.term_store.lookup(stream, term),
            Scorer(states[1]).term_store.lookup(stream, term),
        )
        assert older.df == made.df
        assert after.term_store.lookup(stream, term)[0] is newer[0]


def test_bounds_do_not_grow_with_every_commit() -> None:
    texts = [[*text, "chợ"] for text in random_texts(300, 20, 30, 3)]
    base = named(texts, "base")
    scorer = Scorer(Streams([base], [None]))
    for number in range(40):
        # The average goes up and down.
        tail = [["chợ"] * (200 if number % 2 else 1)]
        scorer = Scorer(Streams([base, named(tail, f"tail{number}")], [None, None]), before=scorer)
        kept = scorer.term_store.lookup("folded", "chợ")
    made = Scorer(scorer.snapshot).term_store.lookup("folded", "chợ")
    assert isinstance(kept, DenseRow)
    assert isinstance(made, DenseRow)
    assert made.bound * (1 - 1e-6) <= kept.bound <= made.bound * 1.2


def test_a_term_whose_documents_are_all_deleted_is_nowhere() -> None:
    one = named([["chợ", "chợ"], ["sông"], ["sông", "đò"]], "one")
    before = Scorer(Streams([one], [None]))
    assert before.term_store.lookup("folded", "chợ").df == 1
    after = Scorer(Streams([one], [np.array([False, True, True])]), before=before)
    assert after.term_store.lookup("folded", "chợ").df == 0
    assert after.top([ScoringTerm("folded", "chợ", 1.0)]).docs.tolist() == []
