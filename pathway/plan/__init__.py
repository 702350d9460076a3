"""The plan: a scenario compiled to frozen arrays, the only thing an engine sees."""

from pathway.plan.compiling import compile_plan
from pathway.plan.records import Plan, unlimited

__all__ = ["Plan", "compile_plan", "unlimited"]
