"""The sets of queries, taken from the corpus: one seed, the same queries.

``query`` says what a query is and which sets there are; ``tokens``, ``phrases`` and ``narrowed``
draw theirs from documents; ``draw`` has what they share. How queries are answered is not decided
here.
"""
