"""The engine on an OpenSearch cluster, by its own client and without a plugin in the server.

``address`` reads what names an index there; nothing else of this package is imported before an
address is opened. ``mapping`` and ``records`` say how a document is kept there, ``searching``
ranks: the cluster finds the best, their scores are computed here by the formulas of the seam.
``control`` holds the number of the last commit and the writer's lease, ``writing`` brings changes
in. What the language means was decided before; nothing of it is here.
"""
