"""What happened to a text before Unicode, and on its way here: old encodings, and damage.

A file for each encoding says how it wrote the Vietnamese letters, a file for each kind of damage
how it is put right, and ``judging`` whether what comes out is Vietnamese, as it must be before
anything is changed. ``repairing`` does all of it to a text; ``fonts`` is for whoever knows the font
that a text was set in. Nothing here reads a file or knows what a page is.
"""
