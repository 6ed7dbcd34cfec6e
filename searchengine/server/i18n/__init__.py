"""The words of the page, in Vietnamese and English, and how each writes numbers and dates."""
