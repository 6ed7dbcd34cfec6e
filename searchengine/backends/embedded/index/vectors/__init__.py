"""The vectors of a segment's documents, in files beside those of its words.

``files`` reads and writes one, ``segment`` finds documents in all that a segment has, ``writer`` is
the second pass that adds vectors to documents which are committed. Without vectors there is no
file.
"""
