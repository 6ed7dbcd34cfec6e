"""BM25 over arrays: the best documents of a weighted bag of terms.

``scorer`` ranks, ``term_store`` makes what it needs of a term and keeps it, ``term_cache`` is the
form in which it is kept, ``incremental_update`` brings it up to date after a commit,
``impacts`` scores a small index whole, ``exact_scoring`` is the formula in full precision. Which
documents match is ``match``'s business, how much is kept ``cache_budget``'s.
"""
