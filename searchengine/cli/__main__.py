"""``python -m searchengine.cli``."""

from __future__ import annotations

from searchengine.cli.commands import main

main()
