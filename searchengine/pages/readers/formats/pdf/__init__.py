"""PDF: pages of letters at places, made into the paragraphs that a person reads.

``glyphs`` takes the letters of a page in runs, by pypdfium2; ``reading_order`` puts runs into
lines, columns one after the other and rows of tables across; ``running_heads`` finds what repeats
on pages; ``paragraphs`` joins lines, also across pages; ``ocr`` reads pictures of pages with
tesseract, and ``reader`` puts these steps in order. What the text says is for the rules.
"""
