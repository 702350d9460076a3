"""Two engines are compared in every run, and a difference stops it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway import engines
from pathway.cli import app
from pathway.eventlog import EventLog
from pathway.experiment import EnginesDifferError
from pathway.plan import Plan

SHORT = {"run.warm_up": "1 weeks", "run.length": "2 weeks"}


def scenario(name: str = "short") -> pw.Scenario:
    return pw.load_scenario("mmc").override(SHORT, name=name)


@pytest.fixture
def _wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled engine in which the fifth visit starts a minute late."""
    right = engines.ENGINES["compiled"]

    def wrong(plan: Plan, replication: int) -> EventLog:
        log = right(plan, replication)
        log.visits["started_at"][4] += 1
        return log

    monkeypatch.setitem(engines.ENGINES, "compiled", wrong)


def test_a_run_says_that_the_engines_agreed() -> None:
    """The manifest counts the rows of all four tables."""
    results = pw.Experiment([scenario()], replications=1, workers=1, verify=True).run()
    log = pw.simulate(scenario(), engine="simpy")

    rows = sum(len(log.frame(table)) for table in ("visits", "holds", "capacity", "cases"))
    assert results.manifest["verified"] == {"short": rows}


@pytest.mark.parametrize("how", [{"verify": False}, {"verify": True, "engine": "simpy"}])
def test_a_run_that_is_not_verified_says_so(how: dict[str, bool | str]) -> None:
    """SimPy needs no comparison with itself."""
    results = pw.Experiment([scenario()], replications=1, workers=1, **how).run()  # type: ignore[arg-type]

    assert results.manifest["verified"] == {}


@pytest.mark.usefixtures("_wrong")
def test_a_difference_ends_a_run() -> None:
    """The message names the scenario, the replication, the row and its minute."""
    with pytest.raises(EnginesDifferError, match=r"short, replication 0: the engines differ. visits, row 4: .*20\d\d-"):
        pw.Experiment([scenario()], replications=1, workers=1, verify=True).run()


@pytest.mark.usefixtures("_wrong")
def test_a_difference_keeps_both_logs(tmp_path: Path) -> None:
    """`pathway run` refuses with exit code 2 and leaves both logs; `pathway verify` answers no, exit code 1."""
    (tmp_path / "short.yaml").write_text("schema: 1\nname: short\nmodel: mmc\nrun: {length: 2 weeks}\n")
    file, out = str(tmp_path / "short.yaml"), tmp_path / "out"

    ran = CliRunner().invoke(app, ["run", file, "--replications", "1", "--workers", "1", "--out", str(out)])
    compared = CliRunner().invoke(app, ["verify", file, "--workers", "1", "--out", str(tmp_path / "both")])

    assert ran.exit_code == 2
    assert compared.exit_code == 1
    assert "replication 0, the compiled engine against SimPy: visits, row 4" in compared.stdout
    for folder in (out / "engines", tmp_path / "both"):
        assert pw.first_difference(pw.load_log(folder / "compiled"), pw.load_log(folder / "simpy"))


def test_verify_says_identical(tmp_path: Path) -> None:
    """With how many replications and rows were compared."""
    found = pw.verify(scenario(), 2, workers=1)

    assert [each.difference for each in found] == [None, None]
    assert [each.replication for each in found] == [0, 1]
    assert all(each.rows > 100 for each in found)


def test_the_command_says_identical() -> None:
    ran = CliRunner().invoke(app, ["verify", "mmc", "--workers", "1"])

    assert ran.exit_code == 0
    assert ran.stdout.startswith("identical: 1 replications of mmc, ")
