"""Did you mean: a query with its words mended or its diacritics restored.

The candidates and the model over them; what an index counts comes from the engine.
"""

#: A word that fewer documents have than this share may be a slip of the fingers.
RARE_WORD = 2e-4
#: As may one without diacritics that so many times more documents have in some marking.
RARE_BARE = 1000


def is_nearly_absent(count: int, of_its_letters: int, documents: int) -> bool:
    """Return whether hardly any of ``documents`` have a word: ``count`` of them as it was typed.

    ``of_its_letters``: how many have its letters in any marking; ``count`` of a marked word.
    """
    return count <= RARE_WORD * documents or count * RARE_BARE <= of_its_letters
