"""Commands that look after an index: numbers, checks, copies, formats; none of them searches."""
