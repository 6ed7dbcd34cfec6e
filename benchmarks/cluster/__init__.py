"""An index on a cluster beside the embedded one, and beside OpenSearch as it comes.

``speed`` times building and searching, ``sets`` compares rankings over judged sets, ``plain`` is
OpenSearch without us, ``fanout`` reckons what many shards do to latency.
"""
