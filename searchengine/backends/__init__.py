"""The engines that answer a plan; only what lies here touches an index.

``embedded`` is the Whoosh index with arrays in a directory of this machine.
"""
