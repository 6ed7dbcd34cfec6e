"""The engine on an OpenSearch cluster, by its own client and without a plugin in the server.

``address`` reads what names an index there. Nothing of this package is imported before an address
is opened, but for that.
"""
