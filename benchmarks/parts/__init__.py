"""The parts of the benchmark: each measures one thing that is asked of the package and makes its tables."""
