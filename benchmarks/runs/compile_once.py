"""Make the compiled engine ready, and say how long that took and whether it was read from disk; a script by itself."""

from __future__ import annotations

import json
import time


def main() -> None:
    """Print one JSON line."""
    began, worked = time.perf_counter(), time.process_time()
    from pathway.engines import make_ready
    from pathway.engines.compiled.entry import advance

    make_ready()
    line = {"wall": time.perf_counter() - began, "processor": time.process_time() - worked}
    print(json.dumps(line | {"read": bool(advance.stats.cache_hits), "folder": advance.stats.cache_path}))


if __name__ == "__main__":
    main()
