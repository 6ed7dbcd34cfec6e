"""Dates in Vietnamese text: the grammar of what is written, and of what is told from today.

``grammar`` finds and reads dates (``patterns`` are its regular expressions), ``relative`` those
like ``hôm qua``. Which date a page or a query means is decided in ``pages.rules`` and
``query.dates``.
"""
