"""Whether a query is also asked by what it means, and in which words.

Words answer better what is a number, a code or a sign of the query language, and what is asked for
exactly: a phrase, the beginning of a word, a title. Models have read Vietnamese with its marks, so
bare words are asked with those that the index says they have, and abbreviations in full.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from searchengine.backends.protocol import Lexicon
from searchengine.backends.values import SCORE, Plan
from searchengine.backends.vectors.stage import SemanticStage
from searchengine.deadline import check_time, seconds_left
from searchengine.options import QueryEncoder
from searchengine.query.language.tree import Words
from searchengine.query.plan.planner import PlannedQuery
from searchengine.query.plan.query_analysis import AnalyzedText
from searchengine.query.suggest.candidates import Run
from searchengine.query.suggest.correction import with_capitals
from searchengine.query.suggest.lattice import Choice, marked_together, probabilities
from searchengine.text.lexicon.function_words import function_syllables, question_words
from searchengine.text.lexicon.spelling import is_toneless_syllable
from searchengine.text.normalization import normalize
from searchengine.text.numbers import find_numbers
from searchengine.text.syllables import syllables
from searchengine.text.tone import canonical_tones
from searchengine.text.variants import canonical_spelling, fold_syllable

#: A longer text is a page that was copied: its marks are there, or are too many to be restored.
MAX_SYLLABLES = 128

#: What words by themselves count beside bigrams where marks are restored: questions put words
#: together as pages do not. Chosen on the questions of nine sets; 0.3 to 1 differ by 0.1 points.
DOUBT = 0.5

#: With less time than this before the deadline a query's meaning is left aside: its vector takes a
#: few thousandths of a second on a machine that has nothing else to do.
LEAST_SECONDS = 0.1
NO_TIME_NOTE = "there was no time for what the query means: searched by its words alone"


def with_meaning(
    plan: Plan, planned: PlannedQuery, encoder: QueryEncoder, lexicon: Callable[[], Lexicon]
) -> tuple[Plan, tuple[str, ...]]:
    """Return a plan of a query that asks for its meaning too, and what is to be said if not.

    One that words answer better, or that is not ordered by score, stays as it is.
    """
    text = text_of_meaning(lexicon, planned) if plan.sort.field == SCORE else None
    if text is None:
        return plan, ()
    left = seconds_left()
    if left is not None and left < LEAST_SECONDS:
        return plan, (NO_TIME_NOTE,)
    vector = tuple(float(number) for number in encoder.query(text))
    stage = SemanticStage(encoder.fingerprint, vector, spread=encoder.spread)
    return _with_stage(plan, stage), ()


def _with_stage(plan: Plan, stage: SemanticStage) -> Plan:
    """A plan, and what is answered where it matches nothing, with the stage."""
    # What comes near in meaning may lack a word: all that are looked at count as matches.
    return replace(
        plan,
        semantic=stage,
        coverage=plan.coverage and replace(plan.coverage, best=stage.depth),
        otherwise=plan.otherwise and _with_stage(plan.otherwise, stage),
    )


def text_of_meaning(lexicon: Callable[[], Lexicon], planned: PlannedQuery) -> str | None:
    """Return the text to ask by meaning, with its marks restored; None if words answer better.

    A sentence that quotes something means what it would without its quotes.
    """
    query = (planned.reading.unquoted or planned.reading).query
    root = query.root
    if not isinstance(root, Words) or _is_code(root.text, query.texts[root.text]):
        return None
    text = " ".join(normalize(root.text).split())
    if planned.stripped or not query.has_diacritics:
        text = restored(lexicon(), text, planned.stripped)
    return _in_full(text, query.texts[root.text])


def _is_code(typed: str, text: AnalyzedText) -> bool:
    """Whether a text is a document number or a code, or has no word beside dates and numbers."""
    dates = {at for start, end in text.dates for at in range(start, end)}
    words = [
        word
        for at, word in enumerate(text.folded)
        if at not in dates and word.isalpha() and (len(word) > 3 or is_toneless_syllable(word))
    ]
    return bool(find_numbers(normalize(typed))) or len(words) <= bool(text.numbers)


def _in_full(text: str, analyzed: AnalyzedText) -> str:
    """A text with its abbreviations in full: models know few of them."""
    tokens = syllables(text)
    if len(tokens) != len(analyzed.syllables):
        return text
    end = len(tokens)
    for one in sorted(analyzed.expansions, key=lambda one: (one.start, one.end), reverse=True):
        if one.kind == "expansion" and one.end <= end:
            first, last = tokens[one.start].start, tokens[one.end - 1].end
            text = f"{text[:first]}{' '.join(one.syllables)}{text[last:]}"
            end = one.start
    return text


def restored(lexicon: Lexicon, text: str, stripped: Collection[str] = ()) -> str:
    """Return ``text`` with the marks that its bare words most probably lost.

    ``stripped``: the syllables that lost theirs among others that have them; all of a text without
    any. Neighbours decide, as an index counts them.
    """
    text = normalize(text)
    tokens = syllables(text)
    if len(tokens) > MAX_SYLLABLES or not lexicon.documents:
        return text
    typed = [canonical_spelling(canonical_tones(token.text).lower()) for token in tokens]
    lost = [
        word.isalpha() and (word in stripped if stripped else fold_syllable(word) == word)
        for word in typed
    ]
    if not any(lost):
        return text
    pieces, done = [], 0
    for token, was, word in zip(tokens, typed, _likeliest(lexicon, typed, lost), strict=True):
        new = token.text if word == was else with_capitals(token.text, word)
        pieces += [text[done : token.start], new]
        done = token.end
    return "".join([*pieces, text[done:]])


def _likeliest(lexicon: Lexicon, typed: Sequence[str], lost: Sequence[bool]) -> list[str]:
    folded = [fold_syllable(word) for word in typed]
    words = Run(lexicon, typed, folded, {}, bare=True)
    asking = question_words(folded)
    places = []
    for at, word in enumerate(typed):
        check_time()
        if lost[at] and at in asking:
            choices = [words.choice(asking[at])]
        elif lost[at]:
            asked = function_syllables().get(folded[at], ())
            found = {one.word: one for one in (words.choice(word), *words.markings(at))}
            found |= {one: _as_asked(lexicon, words.choice(one)) for one in asked}
            choices = list(found.values())
        else:
            choices = [words.choice(word)]
        places.append(choices)
    shares = probabilities(lexicon, places, marked_together(lexicon), DOUBT)
    return [
        choices[max(range(len(choices)), key=of_each.__getitem__)].word
        for choices, of_each in zip(places, shares, strict=True)
    ]


def _as_asked(lexicon: Lexicon, word: Choice) -> Choice:
    """A word that only joins others, as frequent as if it stood in each document once more."""
    return replace(word, frequency=word.frequency + lexicon.documents)
