"""Generated plans put to an engine and to the one in memory, whose answers are the specification.

``generated`` makes documents and plans, ``comparison`` says what is the same answer, ``suite`` has
the tests.
"""
