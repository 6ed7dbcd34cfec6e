"""What a plan finds in one commit: asked of the cluster, made exact here.

``queries`` turns plans into queries of the cluster, ``resolving`` says which documents match,
``windows`` puts them in their order, ``searcher`` answers, ``facets`` counts.
"""
