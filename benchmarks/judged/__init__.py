"""How well an index of news answers queries as people type them, judged by reading.

``python -m benchmarks.judged INDEX [--pool FILE.jsonl]`` gives nDCG@5 (gains 2^grade − 1, the
log2 discount of Järvelin and Kekäläinen, 2002), success@1 (the first hit has grade 2) and the
median total, by type of query. ``news.jsonl`` are ids and grades of one reader (0 no, 1 partly,
2 what was wanted) for the 100,000 articles that ``docs/benchmarks.md`` names; a document that
nobody judged counts as 0 and is counted.
"""
