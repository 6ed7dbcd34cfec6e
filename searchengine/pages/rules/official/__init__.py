"""Papers in the form that Vietnamese offices and Party bodies write them, one part a file.

``paper`` reads the whole of one: it asks ``pieces`` for the parts of a page's head, however a text
was taken out of its columns, and puts together what ``issuer``, ``subject``, ``place_date``,
``number_line`` and ``signer`` say. A page that is no such paper, or not surely one, is left to
the rules for articles.
"""
