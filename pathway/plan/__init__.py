"""The plan: a scenario compiled to frozen arrays, the only thing an engine sees."""

from pathway.plan.compiling import compile_plan
from pathway.plan.occasions import Occasions, occasions, say_occasions
from pathway.plan.records import Plan, unlimited

__all__ = ["Occasions", "Plan", "compile_plan", "occasions", "say_occasions", "unlimited"]
