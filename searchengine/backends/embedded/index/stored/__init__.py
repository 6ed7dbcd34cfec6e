"""Stored documents: their metadata and texts, in compressed blocks.

``writer`` packs and ``reader`` unpacks blocks of records, ``document_codec`` makes a document of a
record's fields and back. Postings lie elsewhere, in ``arrays``.
"""
