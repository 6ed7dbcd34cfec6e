"""What shells complete: commands and options by click, and beside them names that an index knows.

``completers`` looks for these names when the tab key is pressed; ``completion_command`` prints the
script that makes a shell ask. What is completed where, each command says with its options.
"""
