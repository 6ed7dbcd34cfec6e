"""HTTP on the wire and around every request: limits, headers, listening and stopping.

``protocol`` reads requests within bounds, ``middleware`` and ``limits`` stand around each,
``access_log`` has a line for each, ``run`` listens and stops. Knows no route and no index.
"""
