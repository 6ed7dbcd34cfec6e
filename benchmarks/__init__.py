"""Measurements on real text: speed, size and memory against peers, and rules against known answers.

``python -m benchmarks`` compares the index with other search libraries; ``benchmarks.dates`` and
``benchmarks.segment`` measure one part each. Nothing here is imported by ``searchengine``, and
nothing here is a timed test. How to read the figures is in ``docs/benchmarks.md``.
"""
