"""The pages for people: from an address over the engine's answer to HTML.

``routes`` asks, ``view`` and its kin say what to show as plain values, templates lay it out. Their
words are in ``server.i18n``.
"""
