"""HTTP on the wire and around every request: limits, headers, listening and stopping.

``protocol`` reads requests within bounds, ``middleware`` and ``limits`` stand around each,
``admission`` lets them in by token and ``rate_limit``, ``access_log`` has a line for each. ``run``
listens and stops, within the ``open_files`` of the system. Knows no route and no index.
"""
