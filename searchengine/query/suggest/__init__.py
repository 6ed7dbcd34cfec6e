"""Did you mean: a query with its words mended or its diacritics restored.

The candidates and the model over them; what an index counts comes from the engine.
"""
