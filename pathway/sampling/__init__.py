"""Random draws that depend on who, where and why, never on when they were asked for.

A draw is ``u = philox(seed, replication; case, stream, site, visit, purpose)``, so patient 17's
second MRI takes the same time in every scenario, on every worker, in every order; a sampler turns
u into a whole number by the inverse of its distribution.  One compiled function does both
(`pathway.sampling.keyed`), and every engine calls it.
"""

from pathway.sampling.records import (
    KINDS,
    NO_FLOOR,
    Sampler,
    SamplerKind,
    constant,
    discrete,
    sampler_from,
)

__all__ = ["KINDS", "NO_FLOOR", "Sampler", "SamplerKind", "constant", "discrete", "sampler_from"]
