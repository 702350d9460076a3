"""How much is needed: the cheapest configuration that meets the targets, with a stated probability of being right.

What may vary makes configurations (`varying`), each with a price (`pricing`); a search goes through them and says how
far it is (`searching`).  Replications with the same patients in each are given where they are needed (`selecting`)
until a sequential test of each target (`testing`, on `margins`) says which is the cheapest that meets them all; what is
known of less from more is used only where it is checked (`order`).  With observed bands of days in place of targets,
`fitting` looks for the configuration that comes nearest.
"""

from pathway.sizing.fitting import fit
from pathway.sizing.margins import say_goals
from pathway.sizing.outlook import growth_from_text, outlook
from pathway.sizing.searching import SoFar
from pathway.sizing.sizing import size
from pathway.sizing.varying import Factor, choices, factor_from_text, factors_from

__all__ = [
    "Factor",
    "SoFar",
    "choices",
    "factor_from_text",
    "factors_from",
    "fit",
    "growth_from_text",
    "outlook",
    "say_goals",
    "size",
]
