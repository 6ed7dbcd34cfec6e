"""The query server and its page; only the ``serve`` command imports any of it."""
