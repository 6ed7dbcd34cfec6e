"""What texts mean, as vectors: a model that somebody has in a directory, and what it makes of them.

``description`` is what such a directory says of itself, ``model`` turns queries and documents into
vectors, ``windows`` cuts documents into passages. ``building`` makes a directory from a package of
weights. No engine knows this package: it is handed vectors. Nothing here is downloaded.
"""
