"""Commands that look after an index and never search it: ``commands`` has those of one index, from
its numbers and checks to other formats, ``copy_command`` takes all of one into another.
"""
