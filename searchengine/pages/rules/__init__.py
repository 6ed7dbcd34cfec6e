"""What a page says of itself, one rule a file: title, date, place, author, term of office.

A rule that is not sure says nothing. ``layout`` parts the article from what surrounds it with the
help of ``boilerplate`` and ``dateline``; ``page_date`` puts the rules for dates in order.
``official`` reads papers that have a form, ``address`` what a page's address tells. Reading files
is ``pages.readers``' business, and the order of all rules ``pages.page``'s.
"""
