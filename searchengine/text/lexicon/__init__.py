"""What is known of Vietnamese words without any index: lists, and rules over their letters.

Abbreviations and what they stand for, the words that a question is asked with, which syllables
exist, and what one is mistyped for. How often a word occurs is an index's to say.
"""
