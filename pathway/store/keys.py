"""Under which name something is kept: a digest of all that it depends on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, replace

from pathway.scenario import Scenario, fingerprint
from pathway.store.program import program

ID = 12  # characters of the name of a run; three or four are usually enough to say which


def replication_key(scenario: Scenario, engine: str, measuring: str = "") -> str:
    """Name what the replications of a scenario depend on; how many were asked for, and its name, make no difference.

    >>> from pathway.scenario import load_scenario
    >>> base = load_scenario("mmc")
    >>> again = base.override({"run.replications": 7}, name="again")
    >>> other = base.override({"run.seed": 2}, name="other")
    >>> [replication_key(each, "compiled") == replication_key(base, "compiled") for each in (again, other)]
    [True, False]
    """
    run = scenario.tree.get("run")
    said = {**run, "replications": 0} if isinstance(run, Mapping) else {"replications": 0}
    model = fingerprint(replace(scenario, tree={**scenario.tree, "run": said}))
    settings = {key: str(value) for key, value in asdict(scenario.run).items() if key != "replications"}
    return _digest([model, settings, engine, measuring, dict(program())])[:24]


def run_key(keys: Mapping[str, str], replications: int) -> str:
    """Name a run: the scenarios by name, in their order, with the keys of their replications, and how many.

    >>> len(run_key({"base": "abc"}, 20))
    12
    """
    return _digest([list(keys.items()), replications])[:ID]


def _digest(what: object) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()
