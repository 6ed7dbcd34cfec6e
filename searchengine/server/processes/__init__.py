"""Several processes behind one address: who takes connections, who answers, who comes after whom.

``parent`` listens, keeps so many workers running and stops them; ``dispatch`` hands each connection
to the worker that has the fewest; ``exchange`` gives out the turn to write and asks all workers;
``log`` writes their lines. ``worker`` is the program that they run, ``peers`` what its routes know
of the others. ``channel`` is how the two sides speak, ``count`` how many there are.
"""
