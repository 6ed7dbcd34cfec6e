"""HTTP on the wire and around every request: limits, headers, listening and stopping.

Knows no route and no index.
"""
