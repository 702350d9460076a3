"""From a file to a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pathway.errors import ScenarioError
from pathway.models import model_names, model_path
from pathway.scenario.build import Heading, build
from pathway.scenario.cursor import Findings
from pathway.scenario.merge import Document, merged, read_chain
from pathway.scenario.nodes import Node, Place, mapping
from pathway.scenario.override import laid_over
from pathway.scenario.records import Scenario
from pathway.scenario.titles import check_titles, of_document


def load_scenario(
    path: str | Path, *, name: str | None = None, changes: Mapping[str, object] | None = None
) -> Scenario:
    """Read a scenario document and everything it extends, and check it.

    Parameters
    ----------
    path
        The file, or the name of a packaged model.
    name
        A name to give the scenario instead of its own.
    changes
        Values at dotted paths, laid over the file before it is checked (see `Scenario.override`).

    Raises
    ------
    ScenarioError
        If anything is wrong; it lists every fault with file, line and column.

    Examples
    --------
    >>> load_scenario("mmc").resources["server"].capacity
    3
    >>> load_scenario("mmc", changes={"resources.server.capacity": 4}).resources["server"].capacity
    4
    """
    findings = Findings()
    documents = read_documents(path, findings)
    tree, below = merge_documents(documents, findings)
    tree = laid_over(tree, changes or {}, findings)
    return build(tree, below, _heading(documents, name), findings)


def read_documents(path: str | Path, findings: Findings) -> list[Document]:
    """Read the chain of documents that ends in a file, lowest first; a file that cannot be read ends it all."""
    file = str(path)
    if file in model_names() and not Path(path).exists():
        path = model_path(file)
        file = str(path)
    documents, complete = read_chain(Path(path), file, findings)
    if not complete:
        raise ScenarioError(findings.all())
    return documents


def merge_documents(documents: list[Document], findings: Findings) -> tuple[Node, Node | None]:
    """Lay documents over each other: all of them, and all but the topmost."""
    tree: Node | None = None
    below: Node | None = None
    for document in documents:
        below, tree = tree, merged(tree, document.body, findings)
        check_titles(document.body, tree, findings)
    return tree or Node({}, Place(""), Place("")), below


def _heading(documents: list[Document], name: str | None) -> Heading:
    top = documents[-1]
    called = of_document(dict(mapping(top.body)))

    def text(key: str) -> str:
        node = called.get(key) or top.head.get(key)
        return node.value if node and isinstance(node.value, str) else ""

    written = name or text("name") or Path(top.file).stem
    return Heading(written, text("title"), text("question"), tuple(document.file for document in documents))
