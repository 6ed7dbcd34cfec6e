"""Dates in queries: which words name one, and which numbers do not.

``query_dates`` finds the date that a query asks around, ``year_disambiguation`` tells years from
counts and names. The date grammar itself is ``text.dates``'.
"""
