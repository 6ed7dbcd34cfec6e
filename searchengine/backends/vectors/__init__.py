"""What meaning adds to words, for every engine: vectors of passages, and how they reorder.

``stage`` is what a plan asks for, in plain values; ``passages`` are the vectors that an index keeps
of a document and how near they come to a query's; ``fusion`` makes one score of that and of the
lexical one. What makes vectors of texts is no business of an engine.
"""
