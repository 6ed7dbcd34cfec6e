"""HTML that is nested deeper than a parser follows, made flat: nothing behind it would be read.

Old pages open ``<font>``, ``<b>`` or ``<div>`` hundreds of times and close none of them. Which
article a page holds is not this module's business.
"""

from __future__ import annotations

import re
from collections import Counter

#: lxml reads nothing below 256 levels; other elements need some of these.
DEEPEST = 200
#: An element within so many of its own kind, where all are too deep, is one that nobody closed.
OWN_KIND = 20

_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^<>]*>", re.IGNORECASE)
#: What has no end tag or may do without, and what holds no markup.
_UNCOUNTED = frozenset(
    "area base br col embed hr img input link meta param source track wbr "
    "html head body p li dt dd tr td th thead tbody tfoot colgroup caption option optgroup rp rt "
    "script style title textarea".split()
)
#: What parts no paragraphs.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code dfn em font i ins kbd label mark nobr q s samp small "
    "span strike strong sub sup tt u var".split()
)
_PARTS = {
    "dl": ("dt", "dd"),
    "ol": ("li",),
    "ul": ("li",),
    "table": ("thead", "tbody", "tfoot", "tr", "td", "th"),
}


def flattened(html: str) -> str:
    """Return ``html`` without the elements that make it too deep; most pages as they are."""
    names = _too_deep(html)
    if not names:
        return html

    def flat(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in names:
            return tag[0]
        return "" if name in _INLINE else f"<{tag[1]}p>"

    return _TAG.sub(flat, html)


def _too_deep(html: str) -> set[str]:
    """The elements that stand within many of their own kind, where all together are too deep."""
    opened: Counter[str] = Counter()
    most: Counter[str] = Counter()
    depth = deepest = 0
    for ends, name in _TAG.findall(html.lower()):
        if name in _UNCOUNTED:
            continue
        if not ends:
            depth += 1
            opened[name] += 1
            deepest = max(deepest, depth)
            most[name] = max(most[name], opened[name])
        elif opened[name]:
            depth -= 1
            opened[name] -= 1
    if deepest <= DEEPEST:
        return set()
    names = {name for name, count in most.items() if count > OWN_KIND}
    return names.union(*(_PARTS.get(name, ()) for name in names))
