"""An index as tools of an assistant, over the Model Context Protocol: ``searchengine mcp``.

``answers`` asks the index and bounds what is said, as plain JSON values; ``server`` tells the
protocol of it and is the only module that imports the package ``mcp``, which is an extra. Nothing
here writes to an index.
"""
