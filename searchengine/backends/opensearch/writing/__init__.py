"""How changes reach the cluster: analysed, kept in a spool on the local disk, sent at the commit.

``writer`` is what callers have, ``spool`` what outlives a crash, ``bulk`` sends and tries again.
"""
