"""From a query's tree to what an index is asked: weights, abbreviations, what bare words lost.

Everything about the language is decided here, before an engine is asked. Matching and scoring
are the engines', in ``backends``.
"""
