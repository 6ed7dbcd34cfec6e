"""The command line: arguments in, engine calls, text or JSON out.

``base`` holds what all commands share, ``render`` prints. Nothing is decided here that a caller of
the library could not ask for.
"""
