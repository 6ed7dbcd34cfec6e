"""Postings as arrays: one file a segment, memory-mapped, built and merged without Python loops.

``sections`` is the container, ``vocabulary`` the term dictionaries, ``postings_codec`` the packing,
``stream_writer`` and ``stream_reader`` one token stream, ``segment`` all of a segment, ``builder``
tokens to a segment, ``merge`` segments to one, ``streams`` many segments as one.
"""
