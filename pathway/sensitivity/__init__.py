"""Which uncertain number matters: what figures do when numbers move within their plausible limits.

`tornado` moves one number at a time from its lowest to its highest value; `screening` moves all of them about (Morris),
which also shows numbers that matter only together; `plausible` draws whole sets of inputs and tells what
comes from not knowing them from what is chance.  All runs have the same patients (common random numbers).
"""

from pathway.sensitivity.figures import Asked, asked_from_text
from pathway.sensitivity.plausible import plausible
from pathway.sensitivity.screening import screening
from pathway.sensitivity.tornado import tornado

__all__ = ["Asked", "asked_from_text", "plausible", "screening", "tornado"]
