"""Phrases: the syllables of every document in their order, packed, and the places where they stand
side by side.

Each segment keeps them beside its streams, and :mod:`arrays.segment` asks here. Which pages a
query's quotes ask for is decided before; nothing here knows queries or scores.
"""
