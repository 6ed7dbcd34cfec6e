"""Word segmentation, equal to pyvi's to the token: its model read as arrays.

``segmenter`` is for batches, ``short_texts`` for a text of a few syllables; ``crf`` decodes,
``pyvi_model`` and ``pyvi_tokens`` read pyvi's files and cut a text as it does. None of pyvi's code
is run, and nothing here knows of documents.
"""
