"""The engine in plain Python: what every other engine must answer, and the oracle it is held to.

``documents`` says which fields a document has and which queries it matches, ``answers`` ranks and
counts by definition, ``lexicon`` knows syllables and titles, ``backend`` keeps the commits. Every
answer looks at every document, which serves tests and some thousands of documents; nothing is
kept on a disk.
"""
