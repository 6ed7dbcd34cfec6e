"""The words of the page, in Vietnamese and English, and how each writes numbers and dates.

``phrases`` says which there are, a module a language what they are. Which language a reader gets is
the pages' business.
"""
