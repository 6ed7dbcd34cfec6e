"""Sample pages that come with the package, so that an installation shows itself without any others.

``tour`` makes an index of the files in ``pages/``, news, papers, notices and records of a ward and
a commune that do not exist, and has the questions to put to it. What is printed, ``cli`` decides.
"""
