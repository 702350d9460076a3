"""Writing a scenario as a question: a document that extends another and says only what differs."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from pathway.errors import ScenarioError
from pathway.models import model_names, model_path
from pathway.scenario.compare import canonical
from pathway.scenario.cursor import Findings
from pathway.scenario.load import merge_documents, read_documents
from pathway.scenario.merge import HEAD, SCHEMA, is_whole
from pathway.scenario.nodes import Key, Node, mapping, plain
from pathway.scenario.records import Scenario
from pathway.scenario.yaml import scalar

WIDTH = 110
_TIMES = re.compile(r"[\d:\-. ]+")


def write_scenario(scenario: Scenario | Mapping[str, object], path: str | Path) -> None:
    """Save a scenario as a document that says only what differs from the one it extends.

    Parameters
    ----------
    scenario
        A scenario, which is saved as a question on top of the file it was read from (on top of
        what that file extends, if nothing was changed or `path` is that file); or the document itself as
        a mapping of plain values, whose keys may be dotted paths.
    path
        The file to write; a file that is there is replaced.

    Examples
    --------
    >>> import tempfile
    >>> from pathway.scenario import load_scenario
    >>> four = load_scenario("mmc").override({"resources.server.capacity": 4}, name="four")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_scenario(four, Path(folder) / "four.yaml")
    ...     print((Path(folder) / "four.yaml").read_text())
    schema: 1
    name: four
    title: four
    question: Do the engines give the waits that queueing theory knows?
    model: mmc
    <BLANKLINE>
    resources:
      server:
        capacity: 4
    <BLANKLINE>
    """
    path = Path(path)
    document = _question(scenario, path) if isinstance(scenario, Scenario) else _unfolded(scenario)
    path.write_text(to_yaml(document), encoding="utf-8")


def whole(scenario: Scenario) -> str:
    """Write a scenario as a document that needs no other (`Scenario.document` keeps it)."""
    return to_yaml({**_head(scenario), **scenario.tree})


# ---------------------------------------------------------------- what to write


def _head(scenario: Scenario) -> dict[str, object]:
    said = {"title": scenario.title, "question": scenario.question}
    return {"schema": SCHEMA, "name": scenario.name} | {word: text for word, text in said.items() if text}


def _question(scenario: Scenario, path: Path) -> dict[str, object]:
    head = _head(scenario)
    for file in reversed(scenario.files):
        if Path(file).resolve() == path.resolve():
            continue
        changes = _patch(_tree_of(file), scenario.root, ())
        if changes:
            return {**head, **_extends(file, path), **{str(section): value for section, value in changes.items()}}
    return {**head, **{str(key): plain(node) for key, node in mapping(scenario.root).items()}}


def _tree_of(file: str) -> Node:
    findings = Findings()
    tree, _ = merge_documents(read_documents(file, findings), findings)
    if findings:
        raise ScenarioError(findings.all())
    return tree


def _extends(file: str, path: Path) -> dict[str, object]:
    for name in model_names():
        if model_path(name).resolve() == Path(file).resolve():
            return {"model": name}
    return {"extends": Path(os.path.relpath(file, path.parent)).as_posix()}


def _patch(low: Node, high: Node, path: tuple[Key, ...]) -> dict[Key, object]:
    """Give what must be laid over one tree to make it another."""
    before, after = mapping(low), mapping(high)
    changes: dict[Key, object] = {}
    for key, node in after.items():
        inside = (*path, key)
        old = before.get(key)
        if old is not None and isinstance(old.value, dict) and isinstance(node.value, dict) and not is_whole(inside):
            if below := _patch(old, node, inside):
                changes[key] = below
        elif canonical(old, texts=True) != canonical(node, texts=True):
            changes[key] = plain(node)
    return changes | {key: None for key in before if key not in after}


def _unfolded(document: Mapping[str, object]) -> dict[str, object]:
    """Unfold dotted keys of a document: ``resources.ct.capacity: 2`` becomes mappings in mappings."""
    unfolded: dict[str, Any] = {"schema": SCHEMA}
    for path, value in document.items():
        *above, last = path.split(".")
        inside = unfolded
        for key in above:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return unfolded


# ---------------------------------------------------------------- how to write it


def to_yaml(document: Mapping[str, object]) -> str:
    """Write a document as YAML that this room reads back as the same values."""
    writer = YAML()
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    styled = _styled(dict(document), ())
    for key in list(styled)[1:]:
        if key not in HEAD:
            styled.yaml_set_comment_before_after_key(key, before="\n")
    stream = StringIO()
    writer.dump(styled, stream)
    return re.sub(r"\n#\n|\n# *\n", "\n\n", stream.getvalue())


def _styled(value: object, path: tuple[Key, ...]) -> Any:
    """Dress plain values: whole values in one line, quotes where our reading needs them."""
    if isinstance(value, Mapping):
        entries = CommentedMap((_quoted(key), _styled(inner, (*path, key))) for key, inner in value.items())
        if path and (is_whole(path) or not value):
            entries.fa.set_flow_style()
        return entries
    if isinstance(value, list | tuple):
        rows = CommentedSeq(_styled(inner, (*path, number)) for number, inner in enumerate(value))
        for row in rows:
            if isinstance(row, CommentedMap | CommentedSeq):
                row.fa.set_flow_style()
        if not any(isinstance(row, CommentedMap | CommentedSeq) for row in rows):
            rows.fa.set_flow_style()
        return rows
    return _quoted(value)


def _quoted(value: object) -> Any:
    if not isinstance(value, str):
        return value
    if "\n" in value.strip():
        return FoldedScalarString(value)
    return DoubleQuotedScalarString(value) if scalar(value) != value or _TIMES.fullmatch(value) else value
