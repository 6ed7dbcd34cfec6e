"""BM25 over arrays: the best documents of a weighted bag of terms.

``scorer`` ranks, ``term_store`` makes what it needs of a term, ``term_cache`` keeps that within a
budget, ``incremental_update`` brings it up to date after a commit, ``exact_scoring`` is the
formula in full precision. Which documents match is ``match``'s business.
"""
