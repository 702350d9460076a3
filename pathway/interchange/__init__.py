"""Other people's files: observed figures of a past period."""

from pathway.interchange.observed import read_observed

__all__ = ["read_observed"]
