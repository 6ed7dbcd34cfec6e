"""Completing what is being typed, and what the index knows of syllables and their neighbours.

``completer`` answers, from titles (``title_successors``, ``phrase_trie``) and from the
``lexicon``, which did-you-mean asks as well. Spelling is ``query.suggest``'s business.
"""
