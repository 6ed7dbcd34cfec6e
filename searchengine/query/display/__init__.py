"""What is shown of the documents found: marked spans, the passage to read, hits, results.

Works on texts that were found; which documents those are, and their scores, come from an engine.
"""
