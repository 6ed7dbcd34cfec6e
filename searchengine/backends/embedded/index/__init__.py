"""The index on the disk: a Whoosh index, with token streams and stored documents in files of ours.

``arrays`` holds postings, ``stored`` documents, ``commit`` everything that touches the directory;
``codec`` joins them to Whoosh's seams, ``writer`` adds documents and ``snapshot`` reads one
committed state. Ranking and matching know it only through snapshots.
"""
