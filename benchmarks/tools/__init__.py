"""The network in each tool that is measured; each is a script that prints one JSON line."""
