"""Names a scenario can use for what a log calls anything."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

TAKEN = frozenset({"rest", "yes", "no", "true", "false", "never", "stream", "null", "none", "always", "last_step"})


def slug(text: str) -> str:
    """Write a name in small letters, digits and underscores.

    >>> slug("ER Sepsis Triage"), slug("3rd visit"), slug("中文")
    ('er_sepsis_triage', 'n_3rd_visit', 'step')
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    if not name:
        return "step"
    return f"n_{name}" if name[0].isdigit() else name


def names_for(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Give each text a name of its own.

    >>> names_for(["CT", "ct", "rest"])
    ['ct', 'ct_2', 'rest_2']
    """
    used = set(taken) | TAKEN
    found = []
    for text in texts:
        base = name = slug(text)
        number = 2
        while name in used:
            name, number = f"{base}_{number}", number + 1
        used.add(name)
        found.append(name)
    return found
