"""The care pathways that come with the package, each a YAML file: what is treated, not with how much."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def model_names() -> list[str]:
    """List the packaged models.

    >>> "mmc" in model_names()
    True
    """
    return sorted(Path(entry.name).stem for entry in files(__name__).iterdir() if entry.name.endswith(".yaml"))


def model_path(name: str) -> Path:
    """Find the file of a packaged model.

    >>> model_path("mmc").name
    'mmc.yaml'
    """
    return Path(str(files(__name__) / f"{name}.yaml"))
