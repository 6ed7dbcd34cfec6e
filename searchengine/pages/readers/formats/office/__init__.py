"""Readers of what word processors, spreadsheets and presentation programs save, a file each.

Papers and slides are read from their XML by lxml and sheets by python-calamine; the older formats
are RTF, read here, and Word's of before 2007, which an installed program reads. What formats share
stands one folder up.
"""
