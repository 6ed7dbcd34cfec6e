"""The query server and its page; only the ``serve`` command imports any of it.

``http`` is what lies around every request, ``api`` answers programs, ``pages`` people, in the words
of ``i18n``. What is found is the engine's business.
"""
