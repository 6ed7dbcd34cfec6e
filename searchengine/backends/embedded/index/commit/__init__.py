"""Commits: every file that is created, synced, renamed or deleted, and what an index consists of.

``directory`` is the only place that writes to the disk, ``locks`` keeps a second writer out,
``manifest`` says what a commit consists of, ``storage`` makes and opens indexes, ``merge_policy``
says which segments become one. What the files hold is not known here.
"""
