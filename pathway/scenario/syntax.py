"""The parse events of a YAML text: what stands where, before anybody asks what it means.

libyaml reads a text some thirty times faster than Python does, so it is asked first.  What it refuses, or may take for
something else than YAML 1.2 does, ruamel.yaml reads, which knows 1.2 and says more clearly what is wrong.  Without
libyaml (it is part of PyYAML where that was built with it) ruamel.yaml reads everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml as libyaml
from ruamel.yaml import YAML
from ruamel.yaml import events as pure

NODE = (pure.NodeEvent, libyaml.NodeEvent)
ALIAS = (pure.AliasEvent, libyaml.AliasEvent)
SCALAR = (pure.ScalarEvent, libyaml.ScalarEvent)
MAPPING, MAPPING_END = (
    (pure.MappingStartEvent, libyaml.MappingStartEvent),
    (pure.MappingEndEvent, libyaml.MappingEndEvent),
)
SEQUENCE_END = (pure.SequenceEndEvent, libyaml.SequenceEndEvent)

_DOUBTFUL = re.compile(  # what the two do not take for the same, or one refuses: found by tests/test_syntax.py
    "|".join(
        [
            "[\x85\u2028\u2029\ufeff\t\r]",  # line breaks of YAML 1.1, and tabs
            r"!(?!= )|^%|^\.\.\.",  # tags, directives, ends
            r"[&*](?! |\w+(?:[\s,\]}]|$))",  # anchors with more than letters and figures in them
            r"[|>][-+\d]* *(?:#|\n *(?:#|\n|---|$))",  # blocks of text that begin with no text
        ]
    ),
    re.MULTILINE,
)


def events(text: str) -> Iterator[Any]:
    """Give the events of a text, one by one; a fault is raised where it is met.

    Raises
    ------
    ruamel.yaml.error.YAMLError
        If the text is not YAML.

    Examples
    --------
    >>> [event.value for event in events("{a: 1, b: [x]}") if isinstance(event, SCALAR)]
    ['a', '1', 'b', 'x']
    """
    if libyaml.__with_libyaml__ and not _DOUBTFUL.search(text):
        try:
            found = list(libyaml.parse(text, Loader=libyaml.CSafeLoader))
        except libyaml.YAMLError:  # said by ruamel.yaml, in its words
            found = []
        if found and not any(map(_is_nothing, found)):
            return iter(found)
    return iter(YAML(typ="safe", pure=True).parse(text))


def _is_nothing(event: Any) -> bool:
    """Tell whether a value stands there that is not written: the two put it at different places."""
    return isinstance(event, libyaml.ScalarEvent) and not event.value and event.implicit[0]
