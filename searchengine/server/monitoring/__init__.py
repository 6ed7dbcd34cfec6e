"""What an operator watches: how much was asked and how fast, what is held, whether it is ready.

``counts`` is what one process counts, ``reports`` what it tells of itself and how those of several
become one, ``exposition`` writes that as Prometheus reads it, ``routes`` answers. No query, no
document and no address of a client is ever in it.
"""
