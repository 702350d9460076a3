"""One queueing network in this package, in SimPy and in Ciw, measured in turns: `python -m benchmarks`."""
