"""From a file to pages: one reader for each format.

``reading`` chooses a reader and keeps the limits, ``decoding`` turns bytes into text. Nothing here
knows what a page is about, nor which files have changed.
"""
