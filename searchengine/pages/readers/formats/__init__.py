"""Readers of the formats that offices use, a file each: papers, sheets, slides, books, subtitles.

Each turns a file into the lines that a person would read; what they say is for the rules.
Libraries are imported inside functions, so that a run without such files loads none, and one that
is missing is told as a problem with the file. ``format_list`` names the readers, ``packages`` opens
the formats that are XML in a zip archive, ``fonts`` takes text with the name of its font,
``properties`` says which of a file's own properties may be believed. Archives that hold documents
are not read here.
"""
