"""What is wrong in a document is said with file, line and column, what was found and what is allowed.

Most cases are in `data/refusals.txt`, a list of one-line changes to `data/clinic.yaml` with what is
said against each.  Here are those that need more than one file, or no text at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pathway.errors import ScenarioError
from pathway.scenario import load_scenario
from pathway.scenario.yaml import LARGEST_FILE, MOST_VALUES

DATA = Path(__file__).parent / "data"
CLINIC = (DATA / "clinic.yaml").read_text(encoding="utf-8")
HERE = "¦"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def refusal(text: str | bytes, file: str = "x.yaml") -> list[str]:
    """Write a document, load it, and give what is said against it."""
    Path(file).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ScenarioError) as refused:
        load_scenario(file)
    assert str(refused.value) == "\n".join(map(str, refused.value.findings))
    return [str(finding) for finding in refused.value.findings]


# ---------------------------------------------------------------- the list of refusals


def cases() -> Iterator[tuple[str, str, str]]:
    """Give title, changed document with its mark, and message of every refusal in the list."""
    for block in (DATA / "refusals.txt").read_text(encoding="utf-8").strip().split("\n\n")[2:]:
        lines = block.splitlines()
        text = CLINIC
        for old, new in changes(lines[1:-1]):
            assert text.count(old) == 1, f"{lines[0]}: the clinic has {text.count(old)} times {old!r}"
            text = text.replace(old, new)
        assert text.count(HERE) == 1, lines[0]
        yield lines[0].removeprefix("# "), text, lines[-1].removeprefix("! ")


def changes(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Give what is replaced by what, in order."""
    old: list[str] = []
    new: list[str] = []
    for line, following in zip(lines, [*lines[1:], "-"], strict=True):
        if line[0] == "@":
            old.append(line[2:].replace(HERE, ""))
            new.append(line[2:])
        else:
            (old if line[0] == "-" else new).append(line[2:])
        if following[0] in "-@" and new and not (line[0] == following[0] == "@"):
            yield "\n".join(old), "\n".join(new)
            old, new = [], []


@pytest.mark.parametrize(("text", "said"), [pytest.param(text, said, id=title) for title, text, said in cases()])
def test_a_fault_is_said_once_and_at_its_place(text: str, said: str) -> None:
    """One fault gives one finding, at the line and column of the value or key at fault."""
    before = text[: text.index(HERE)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert refusal(text.replace(HERE, "")) == [f"x.yaml:{line}:{column}: {said}"]


def test_the_clinic_itself_is_well() -> None:
    """The document all cases change has no fault of its own."""
    Path("x.yaml").write_text(CLINIC, encoding="utf-8")
    assert load_scenario("x.yaml").warnings == ()


def test_all_faults_are_said_together() -> None:
    """Nobody mends a file one error at a time: faults of shape, value, name and graph come in one go."""
    text = CLINIC.replace("capacity: 2", "capasity: 2").replace("planned: 20 min", "planned: 20")
    text = text.replace("stream: recalled, to", "stream: recaled, to").replace("schema: 1\n", "schema: 2\n")
    found = refusal(text.replace("{kind: bed, capacity: 4}", "{kind: bed, capacity: -4}"))
    assert [line.split(" ")[1] for line in found] == [
        "schema",
        "resources.scanner.capasity",
        "resources.bed.capacity",
        "pathway.states.recall.stream",
        "pathway.states.scan.planned",
    ]


# ---------------------------------------------------------------- files


def test_a_missing_file() -> None:
    """The nearest file of the folder is named."""
    Path("clinic.yaml").write_text(CLINIC, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"^clinc.yaml:1:1: there is no such file; did you mean clinic.yaml\?$"):
        load_scenario("clinc.yaml")


def test_a_folder() -> None:
    """A folder is no document."""
    Path("folder.yaml").mkdir()
    with pytest.raises(ScenarioError, match=r"^folder.yaml:1:1: is not a file$"):
        load_scenario("folder.yaml")


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the operating system says is passed on."""

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    Path("x.yaml").touch()
    with pytest.raises(ScenarioError, match=r"^x.yaml:1:1: cannot be read: Permission denied$"):
        load_scenario("x.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "1:1: the document is empty", id="empty"),
        pytest.param("# nothing yet\n", "1:1: the document is empty", id="only a comment"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "1:1: is not a text in UTF-8; is it a binary file?", id="binary"),
        pytest.param("a: 1\nb: é\n".encode("latin-1"), "2:1: is not a text in UTF-8; is it a binary file?", id="latin"),
        pytest.param(b"a: 1\nb: \0\n", "2:1: is a binary file, not a text", id="zeros"),
        pytest.param(b"a: 1\nb: \x07\n", "2:1: is not YAML: unacceptable character #x0007: special characters are "
                     "not allowed", id="bell"),
        pytest.param("- a\n- b\n", "1:1: the document must be a mapping, beginning with 'schema: 1'", id="list"),
        pytest.param("hello\n", "1:1: the document must be a mapping, beginning with 'schema: 1'", id="word"),
        pytest.param("run:\n\tseed: 1\n", "2:1: is not YAML: a tab stands where only spaces may; indent with spaces",
                     id="tab"),
        pytest.param("a: [1\nb: 2\n", "2:2: is not YAML: expected ',' or ']', but got ':', while parsing a flow "
                     "sequence", id="bracket"),
        pytest.param("a: b: c\n", "1:5: is not YAML: mapping values are not allowed here", id="two colons"),
        pytest.param("a: 1\n---\nb: 2\n", "3:1: a second document begins here; one file holds one document",
                     id="two documents"),
        pytest.param("a: !!python/name:os.system x\n", "1:4: a tag (tag:yaml.org,2002:python/name:os.system) stands "
                     "here; write plain values", id="tag"),
        pytest.param("[a, b]: 1\n", "1:1: a key must be a word or a number", id="list as key"),
        pytest.param("a: *b\n", "1:4: *b refers to nothing above", id="alias of nothing"),
        pytest.param("a: &b [*b]\n", "1:8: *b refers to something it is itself a part of", id="alias of itself"),
        pytest.param("a: " + "[" * 60, "1:54: values lie more than 50 deep in each other here", id="deep"),
    ],
)  # fmt: skip
def test_what_is_no_document(text: str | bytes, said: str) -> None:
    """A file that cannot be read says where and why, and nothing else."""
    assert refusal(text) == [f"x.yaml:{said}"]


def test_a_bomb_of_aliases_is_refused_before_it_is_unfolded() -> None:
    """Nine lists of nine aliases of the list before would be 9^9 values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    (said,) = refusal("\n".join(lines))
    assert said.startswith("x.yaml:6:")
    assert said.endswith(f"with its aliases unfolded the document has more than {MOST_VALUES:,} values")


def test_a_huge_file_is_refused_unread() -> None:
    """100 MB are refused by their size."""
    with Path("x.yaml").open("wb") as file:
        file.truncate(100_000_000)
    with pytest.raises(ScenarioError) as refused:
        load_scenario("x.yaml")
    assert str(refused.value) == f"x.yaml:1:1: the file has 100.0 MB; at most {LARGEST_FILE / 1e6:.0f} MB are allowed"


# ---------------------------------------------------------------- heads and chains


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema: 1\n", "", "2:1: schema is missing; the first line must be 'schema: 1'"),
        ("schema: 1\n", "schema: 2\n", "2:9: schema is 2; this program reads schema 1"),
        ("schema: 1\n", "schema: '1'\n", "2:9: schema is '1'; expected a whole number"),
        ("name: clinic\n", "name: 2027\n", "3:7: name is 2027; expected a text; put quotes around it"),
        ("name: clinic\n", "name: clinic\nextends: base.yaml\n",
         "4:10: extends is 'base.yaml', and there is no such file; did you mean base2.yaml?"),
        ("name: clinic\n", "name: clinic\nmodel: mmd\n",
         "4:8: model is 'mmd', which is no packaged model; did you mean mmc?"),
        ("name: clinic\n", "name: clinic\nextends: x.yaml\n",
         "4:10: extends is 'x.yaml', so the document extends itself: x.yaml -> x.yaml"),
    ],
)  # fmt: skip
def test_heads(old: str, new: str, said: str) -> None:
    """What a document says of itself is checked in every document of a chain."""
    Path("base2.yaml").touch()
    assert refusal(CLINIC.replace(old, new)) == [f"x.yaml:{said}"]


def test_extends_and_model() -> None:
    """A document is laid over one other."""
    Path("base.yaml").write_text(CLINIC, encoding="utf-8")
    assert refusal("schema: 1\nextends: base.yaml\nmodel: mmc\n")[0] == (
        "x.yaml:3:1: model stands beside extends; a document is laid over one other, so only one of them"
    )


def test_a_circle_of_documents() -> None:
    """A circle is said with all its files, at the line that closes it."""
    Path("a.yaml").write_text("schema: 1\nname: a\nextends: b.yaml\n")
    Path("b.yaml").write_text("schema: 1\nname: b\nextends: ./a.yaml\n")
    with pytest.raises(ScenarioError) as refused:
        load_scenario("a.yaml")
    assert str(refused.value) == (
        "b.yaml:3:10: extends is './a.yaml', so the document extends itself: a.yaml -> b.yaml -> a.yaml"
    )


def test_faults_lie_in_the_document_that_wrote_them() -> None:
    """Of a chain, each fault is said in the file that wrote the value, even if another file makes it wrong."""
    Path("base.yaml").write_text(CLINIC.replace("planned: 20 min", "planned: 20"), encoding="utf-8")
    found = refusal("schema: 1\nextends: base.yaml\nresources:\n  scanner: {capacity: -1}\n  nurse: {capacity: 0.5}\n")
    assert [line.split(" ")[0] for line in found] == ["base.yaml:66:16:", "x.yaml:4:23:", "x.yaml:5:21:"]


def test_unreadable_documents_of_a_chain_are_all_said() -> None:
    """Where the loader cannot go on, it says all it has found."""
    Path("base.yaml").write_text("a: [1\nb: 2")
    found = refusal("schema: 3\nextends: base.yaml\n")
    assert [line[: line.index(": ")] for line in found] == ["base.yaml:2:2", "x.yaml:1:9"]


def test_what_a_lower_document_has_may_be_unused() -> None:
    """A question may leave a resource of the hospital without work, but not bring an idle one."""
    Path("base.yaml").write_text(CLINIC, encoding="utf-8")
    text = "schema: 1\nextends: base.yaml\npathway: {states: {operation: {needs: {bed: null}}}}\n"
    Path("x.yaml").write_text(text)
    load_scenario("x.yaml")
    assert refusal(text + "resources:\n  nurs: {capacity: 4}\n") == [
        "x.yaml:5:3: resources.nurs is used by no activity; did you mean nurse?"
    ]
