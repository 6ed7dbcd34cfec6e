"""The engine in a directory: a Whoosh index whose postings are arrays.

``backend`` opens it, ``searcher`` answers from one commit with the help of ``match``, ``facets``,
``scoring`` and ``completion``; ``index`` is what lies on the disk, ``cache_budget`` what all of
them keep in memory. What a query means is decided before, in ``query``.
"""
