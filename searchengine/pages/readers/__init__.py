"""From a file to pages: one reader for each format, a file each, behind a registry.

``reading`` chooses the reader of a file and keeps the limits, ``registry`` says what a reader is,
``opened`` what it gets; ``text``, ``html``, ``records``, ``archives`` and ``mail`` are those that
come with us, and ``decoding`` turns bytes into text for them. ``isolation`` is a process for those
that can hang or fill a program. Nothing here knows what a page is about, nor which
files have changed.
"""
