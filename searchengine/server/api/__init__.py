"""The API for programs: its routes, parameters, answers and errors.

What an answer says is the engine's; pages for people are in ``server.pages``.
"""
