"""The engines that answer a plan; only what lies here touches an index.

``protocol`` and ``values`` are the seam: what an engine is asked and answers, as plain values.
``fields``, ``document_fields``, ``bm25`` and ``near_duplicates`` say what holds for every engine.
``embedded`` is the Whoosh index with arrays in a directory of this machine, ``memory`` the engine
in plain Python that specifies all of them, ``contract`` the tests that each of them passes. What a
query means is decided before, in ``query``.
"""
