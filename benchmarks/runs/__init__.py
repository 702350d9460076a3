"""What is measured of this package alone, each in a process of its own; each script prints one JSON line."""
