"""Vectors of documents on the cluster, in an index of their own beside that of the documents.

``records`` says how they lie there and how they are asked for, ``writer`` is the second pass that
adds them to documents which are committed. Without vectors there is no such index, and nothing is
asked of one.
"""
