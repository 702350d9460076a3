"""Calibrating a scenario on an event log: what the log can tell is read off it, what it cannot is said."""

from pathway.interchange.calibration.calibrating import calibrate
from pathway.interchange.reading import read_log

__all__ = ["calibrate", "read_log"]
