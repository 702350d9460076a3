"""Tests; a package, so that `tests.models` is this one and not a dependency's."""
