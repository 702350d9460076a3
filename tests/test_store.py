"""The run store: what is put in comes out, nothing else does; runs are listed, compared, and come out again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from pathway.cli import app
from pathway.errors import PathwayError
from pathway.experiment import Experiment, Results, replicate, stored_results, working
from pathway.scenario import Scenario, load_scenario
from pathway.store import Shelf, find_run, program, replication_key, shelf, stored_runs
from pathway.store.chunks import read_chunk, write_chunk

ROOT = Path(__file__).parent.parent
SHORT = {"run.warm_up": "1 week", "run.length": "4 weeks", "run.follow_up": "1 week"}


def short(name: str = "three", servers: int = 3) -> Scenario:
    return load_scenario("mmc").override({**SHORT, "resources.server.capacity": servers}, name=name)


def ran(store: Path, *scenarios: Scenario, replications: int = 2) -> Results:
    return Experiment(scenarios or [short()], replications=replications, workers=1, store=store).run()


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def chunks(store: Path) -> list[Path]:
    return sorted(store.glob("replications/*/*.parquet"))


# ---------------------------------------------------------------- chunks


def frame(names: list[str], codes: list[int], days: list[float]) -> pd.DataFrame:
    where = pd.Categorical.from_codes(codes, dtype=pd.CategoricalDtype(pd.Index(names, dtype="str")))
    when = np.array(["2027-01-04"] * len(codes), "datetime64[ms]")
    return pd.DataFrame({"where": where, "days": days, "when": when, "n": np.arange(len(codes), dtype=np.int8)})


def test_what_is_put_in_comes_out_to_the_last_bit(tmp_path: Path) -> None:
    """Categories and their order, gaps, infinities, types, and tables without rows, for each replication."""
    one = {"a": frame(["x", "unused", "y"], [0, 2, -1], [0.1 + 0.2, np.nan, np.inf]), "b": frame([], [], [])}
    two = {"a": frame(["y"], [], []), "b": frame(["z", "x"], [1], [1.0])}
    found = read_chunk(write_chunk(tmp_path, {7: one, 3: two}))

    assert list(found) == [3, 7]
    for number, frames in ((7, one), (3, two)):
        for name, expected in frames.items():
            pd.testing.assert_frame_equal(found[number][name], expected, check_exact=True, check_categorical=True)


def test_a_chunk_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the midst of writing leaves no file that looks like a chunk."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathway.store.chunks.pq.write_table", full)
    with pytest.raises(OSError, match="No space"):
        write_chunk(tmp_path, {0: {"a": frame(["x"], [0], [1.0])}})

    assert list(tmp_path.glob("*.parquet")) == []


def test_many_replications_are_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is written when there are enough for one, the rest at the end: 7 by threes are 3 files."""
    monkeypatch.setattr(shelf, "MOST", 3)
    ran(tmp_path, replications=7)

    assert [len(read_chunk(path)) for path in chunks(tmp_path)] == [3, 3, 1]


def test_what_has_waited_long_enough_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SECONDS", 0.0)
    on = Shelf(tmp_path, "key")
    on.add(0, {"a": frame(["x"], [0], [1.0])})

    assert Shelf(tmp_path, "key").files.keys() == {0}


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    ran(tmp_path)
    [path] = chunks(tmp_path)
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(PathwayError, match=f"{path}: this file is damaged"):
        ran(tmp_path)


# ---------------------------------------------------------------- keys


def test_a_key_is_of_all_that_may_change_a_number() -> None:
    base = short()
    titled = base.override({"resources.server.title": "Other words"}, name="other")
    seeded = base.override({"run.seed": 2}, name="seeded")
    keys = [replication_key(each, "compiled") for each in (base, titled, seeded, short("four", 4))]

    assert keys[0] == keys[1]
    assert len({*keys, replication_key(base, "simpy"), replication_key(base, "compiled", "figures")}) == 5


def test_another_program_makes_another_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the old one made stays; nothing of it is taken for what the new one would make."""
    old = ran(tmp_path)
    monkeypatch.setattr("pathway.store.keys.program", lambda: {**program(), "sources": "changed"})
    new = ran(tmp_path)

    assert new.manifest["there"] == 0
    assert new.manifest["run"] != old.manifest["run"]
    assert len(stored_runs(tmp_path)) == 2


# ---------------------------------------------------------------- runs


def test_the_same_again_is_answered_from_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ran(tmp_path, short(), short("four", 4))
    monkeypatch.setattr(working, "measured", lambda *_: pytest.fail("nothing is to be simulated"))
    again = ran(tmp_path, short(), short("four", 4))

    pd.testing.assert_frame_equal(first.table, again.table)
    assert first.manifest["answered"] is None
    assert again.manifest["answered"] == first.manifest["finished"]


def test_a_stored_run_gives_its_results(tmp_path: Path) -> None:
    results = ran(tmp_path, short(), short("four", 4))
    found = find_run(tmp_path, results.manifest["run"][:5])

    stored = stored_results(tmp_path, found)
    pd.testing.assert_frame_equal(stored.table, results.table)
    assert stored.scenarios["four"].resources["server"].capacity == 4


def test_runs_that_share_a_store_do_not_disturb_each_other(tmp_path: Path) -> None:
    """Two that began before either was finished: each keeps what it made, and both are one run."""
    jobs = [(short(), 0), (short(), 1)]
    one, other = replicate(jobs, workers=1, store=tmp_path), replicate(jobs, workers=1, store=tmp_path)
    next(one), next(other)
    list(one), list(other)

    assert len(chunks(tmp_path)) == 2
    assert sorted(place for place, _ in replicate(jobs, workers=1, store=tmp_path)) == [0, 1]


KILLED = """
import sys
from pathlib import Path
from pathway.experiment import Experiment
from pathway.store import shelf
from tests.test_store import short
if __name__ == "__main__":
    shelf.MOST = 4
    Experiment([short()], replications=2000, workers=int(sys.argv[2]), store=Path(sys.argv[1])).run()
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_was_killed_goes_on_where_it_was(
    tmp_path: Path, workers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After kill -9 every chunk that was written is there and whole; none of it is simulated again."""
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    store = tmp_path / "store"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, str(script), str(store), workers], env=environment)
    until = time.monotonic() + 240
    while len(chunks(store)) < 2 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    time.sleep(0.5)

    kept = {number for path in chunks(store) for number in read_chunk(path)}
    assert len(kept) >= 8
    count = max(kept) + 3
    simulated: list[int] = []
    measured = working.measured
    monkeypatch.setattr(working, "measured", lambda *task: simulated.append(task[2]) or measured(*task))
    resumed = ran(store, replications=count)

    assert sorted(simulated) == sorted(set(range(count)) - kept)
    monkeypatch.undo()
    whole = Experiment([short()], replications=count, workers=1).run()
    pd.testing.assert_frame_equal(resumed.table, whole.table)


# ---------------------------------------------------------------- the command


def test_runs_are_listed_the_latest_first(tmp_path: Path) -> None:
    one = ran(tmp_path).manifest["run"]
    two = ran(tmp_path, short("four", 4)).manifest["run"]
    done = call("runs", "list", "--store", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert {line.split("\t")[0] for line in done.stdout.splitlines()} >= {one, two}
    assert "four\t2\t" in done.stdout
    assert "no runs" in call("runs", "list", "--store", str(tmp_path / "empty")).stdout


def test_a_run_is_shown(tmp_path: Path) -> None:
    name = ran(tmp_path).manifest["run"]
    done = call("runs", "show", name[:6], "--store", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert f"Run {name}" in done.stdout
    assert "scenario three\tseed 1" in done.stdout
    assert "three: wait\t9" in done.stdout


def test_two_runs_are_compared(tmp_path: Path) -> None:
    """What the scenarios say and what came of it; a run and itself have nothing between them."""
    one, two = (ran(tmp_path, each).manifest["run"] for each in (short(), short("four", 4)))
    done = call("runs", "diff", one, two, "--store", str(tmp_path))

    assert done.exit_code == 0, done.output
    assert "resources.server.capacity\t3\t4" in done.stdout
    assert "clock wait all share_within" in done.stdout
    same = call("runs", "diff", one, one, "--store", str(tmp_path)).stdout
    assert "three: 0 of" in same
    assert "the same" in same


def test_a_run_comes_out_again(tmp_path: Path) -> None:
    results = ran(tmp_path)
    done = call("runs", "rerun", results.manifest["run"][:4], "--store", str(tmp_path), "--workers", "1")

    assert done.exit_code == 0, done.output
    assert f"identical: {len(results.table):,} figures" in done.stdout


def test_a_figure_that_comes_out_otherwise_is_said(tmp_path: Path) -> None:
    """One figure in the store is changed by hand: exit code 1, and which it is."""
    name = ran(tmp_path).manifest["run"]
    [path] = chunks(tmp_path)
    found = read_chunk(path)
    figures = found[1]["summary"]
    row = figures.index[(figures["measure"] == "wait") & (figures["statistic"] == "mean")][0]
    figures.loc[row, "value"] += 1e-12
    path.unlink()
    write_chunk(path.parent, found)
    done = call("runs", "rerun", name, "--store", str(tmp_path), "--workers", "1")

    assert done.exit_code == 1
    assert done.stdout.startswith("different: three, replication 1: wait service mean days was ")


def test_a_run_of_another_program_says_so(tmp_path: Path) -> None:
    name = ran(tmp_path).manifest["run"]
    path = tmp_path / name / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["program"]["numpy"] = "1.0"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    done = call("runs", "rerun", name, "--store", str(tmp_path), "--workers", "1")

    assert done.exit_code == 0
    assert "another program (then and now): numpy 1.0 and" in done.stderr


@pytest.mark.parametrize("verb", ["show", "rerun"])
def test_what_is_not_there_or_damaged_is_bad_input(verb: str, tmp_path: Path) -> None:
    name = ran(tmp_path).manifest["run"]
    store = ["--store", str(tmp_path)]
    assert "no run starts with 'zz'" in call("runs", verb, "zz", *store).stderr
    assert "no store of runs" in call("runs", verb, "zz", "--store", str(tmp_path / "none")).stderr

    [path] = chunks(tmp_path)
    path.unlink()
    gone = call("runs", verb, name, *store)
    assert gone.exit_code == 2
    assert "2 replications of three in run" in gone.stderr

    (tmp_path / name / "manifest.json").write_text("{", encoding="utf-8")
    damaged = call("runs", verb, name, *store)
    assert damaged.exit_code == 2
    assert "manifest.json: this is not, or no longer, the manifest of a run" in damaged.stderr


def test_a_name_that_may_be_two_runs_is_asked_about(tmp_path: Path) -> None:
    one, two = (ran(tmp_path, each).manifest["run"] for each in (short(), short("four", 4)))
    done = call("runs", "show", "", "--store", str(tmp_path))

    assert done.exit_code == 2
    assert " or ".join(sorted((one, two))) in done.stderr


def test_a_scenario_changed_in_the_store_is_found_out(tmp_path: Path) -> None:
    name = ran(tmp_path).manifest["run"]
    path = tmp_path / name / "0_three.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("capacity: 3", "capacity: 5"), encoding="utf-8")
    done = call("runs", "show", name, "--store", str(tmp_path))

    assert done.exit_code == 2
    assert "no longer what was simulated" in done.stderr
