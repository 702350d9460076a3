"""Twenty visitors editing at once: how long each waits for a first answer, and whether anything goes wrong.

    python -m benchmarks.web_load [scenarios/base.yaml] [--users 20] [--edits 5] [--think 30]

A server of its own on loopback; each visitor speaks Streamlit's own websocket protocol, as a browser does: opens the
page What if, moves a slider of *How many*, looks on (asking again as often as the page tells a browser to) until the
first answer is there, thinks, and moves it again.  Not by browsers, as twenty of them would need more of two cores than
what is measured.  All make their first edit in the same moment; later each thinks for half to one and a half times
`--think` seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any

from pathway import words
from tests.web.server import free_port, running

PATIENCE = 300.0  # seconds after which an answer counts as none
TAB = "How many"
ANSWERED = re.compile("How precisely it is known|" + re.escape(words.text("web.same")))  # also to a change taken back


@dataclass
class Visitor:
    """One visitor: what the page has shown so far, and what went wrong."""

    number: int
    port: int
    rng: random.Random
    waits: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    socket: Any = None
    page: str = ""  # by which the server knows the page
    tabs: str = ""  # the widget of the tabs
    slider: Any = None  # the newest slider of the page
    states: dict[str, Any] = field(default_factory=dict)
    asking: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    heard: asyncio.Queue[tuple[str, Any]] = field(default_factory=asyncio.Queue)

    async def visit(self, edits: int, think: float, together: asyncio.Barrier) -> None:
        """Come, and edit so many times."""
        from websockets.asyncio.client import connect
        from websockets.typing import Origin, Subprotocol

        address = f"127.0.0.1:{self.port}"
        async with connect(
            f"ws://{address}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(f"http://{address}"),
            max_size=None,
        ) as self.socket:
            listening = asyncio.create_task(self._listen())
            try:
                listening.add_done_callback(self._deaf)
                await self._rerun(page_name="what-if")
                await self._until("finished")
                self.states[self.tabs] = ("string_value", TAB)
                await self._rerun()
                await self._until("slider")
                await self._until("finished")
                await together.wait()
                for edit in range(edits):
                    if edit:
                        await asyncio.sleep(self.rng.uniform(0.5, 1.5) * think)
                    await self._edit()
            except TimeoutError:
                self.faults.append("the page did not come")
                await together.abort()
            finally:
                listening.cancel()
                for task in self.asking.values():
                    task.cancel()

    def _deaf(self, listening: asyncio.Task[None]) -> None:
        """Note that a visitor can hear nothing any more, and stop waiting."""
        if not listening.cancelled():
            self.faults.append(f"deaf: {listening.exception()!r}")

    async def _edit(self) -> None:
        """Move the slider, and look on until the page says what that does."""
        slider = self.slider
        there = int(slider.default[0])
        number = self.rng.choice([n for n in range(1, int(slider.max) + 1) if n != there])
        self.states[slider.id] = ("double_array_value", [float(number)])
        while not self.heard.empty():
            self.heard.get_nowait()
        began = time.perf_counter()
        await self._rerun()
        try:
            await self._until("slider")  # the page of after the edit has a slider of its own
            await self._until("answer")
        except TimeoutError:
            self.faults.append("no answer")
            return
        self.waits.append(time.perf_counter() - began)

    async def _until(self, what: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.heard.get())[0] != what:
                pass

    async def _rerun(self, **more: Any) -> None:
        from streamlit.proto.BackMsg_pb2 import BackMsg

        asked = BackMsg()
        asked.rerun_script.query_string = ""
        for name, value in ({"page_script_hash": self.page} | more).items():
            setattr(asked.rerun_script, name, value)
        for key, (kind, value) in self.states.items():
            state = asked.rerun_script.widget_states.widgets.add()
            state.id = key
            if kind == "double_array_value":
                state.double_array_value.data.extend(value)
            else:
                setattr(state, kind, value)
        await self.socket.send(asked.SerializeToString())

    async def _listen(self) -> None:
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        async for raw in self.socket:
            self._hear(ForwardMsg.FromString(raw))

    def _hear(self, said: Any) -> None:
        """Take in a message as a browser does: look on as often as told, keep the widgets, note what went wrong."""
        kind = said.WhichOneof("type")
        if kind == "delta":
            self._see(said.delta)
        elif kind == "auto_rerun":
            part = said.auto_rerun.fragment_id
            self._no_longer([part])
            self.asking[part] = asyncio.create_task(self._look_on(part, said.auto_rerun.interval))
        elif kind == "stop_auto_rerun":
            self._no_longer(said.stop_auto_rerun.fragment_ids)
        elif kind == "navigation":
            self.page = said.navigation.page_script_hash
        elif kind == "script_finished":
            self.heard.put_nowait(("finished" if said.script_finished == 0 else "part", None))
            if said.script_finished == 1:
                self.faults.append("script")
        elif kind == "page_not_found":
            self.faults.append(kind)

    def _no_longer(self, parts: Iterable[str]) -> None:
        for part in parts:
            if part in self.asking:
                self.asking.pop(part).cancel()

    def _see(self, delta: Any) -> None:
        block, element = delta.add_block, delta.new_element
        if block.WhichOneof("type") == "tab_container" and block.tab_container.id:
            self.tabs = block.tab_container.id
        what = element.WhichOneof("type")
        if what == "slider" and (self.slider is None or element.slider.id != self.slider.id):
            self.states.pop(self.slider.id if self.slider else "", None)
            self.slider = element.slider
            self.heard.put_nowait(("slider", None))
        elif what == "exception" or (what == "alert" and element.alert.format == element.alert.ERROR):
            self.faults.append(f"{what}: {getattr(element, what)}"[:300])
        elif what == "markdown" and ANSWERED.search(element.markdown.body):
            self.heard.put_nowait(("answer", None))

    async def _look_on(self, part: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._rerun(fragment_id=part, is_auto_rerun=True)


def memory(group: int) -> float:
    """Give the most memory, in MB, that any process of a group has held."""
    most = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if os.getpgid(int(status.parent.name)) == group:
                most = max(most, int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]))
        except (OSError, IndexError):
            continue
    return most / 1024


async def load(port: int, users: int, edits: int, think: float) -> list[Visitor]:
    """Have so many visitors edit, and give them."""
    together = asyncio.Barrier(users)
    visitors = [Visitor(number, port, random.Random(number)) for number in range(users)]
    done = await asyncio.gather(*(each.visit(edits, think, together) for each in visitors), return_exceptions=True)
    for visitor, fault in zip(visitors, done, strict=True):
        if fault is not None:
            visitor.faults.append(repr(fault))
    return visitors


def main() -> int:
    """Serve, load, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", nargs="?", default="scenarios/base.yaml")
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--edits", type=int, default=5)
    parser.add_argument("--think", type=float, default=30.0, help="seconds between an answer and an edit")
    parser.add_argument("--warm", type=float, default=60.0, help="seconds the server is given before anybody comes")
    asked = parser.parse_args()
    port = free_port()
    with TemporaryDirectory() as folder, running(Path(asked.scenario), Path(folder), port) as server:
        time.sleep(asked.warm)
        before, began = os.getloadavg()[0], time.perf_counter()
        visitors = asyncio.run(load(port, asked.users, asked.edits, asked.think))
        seconds, held = time.perf_counter() - began, memory(server.pid)
        said = (Path(folder) / "log.txt").read_text(encoding="utf-8").splitlines()
    first, later = [v.waits[0] for v in visitors if v.waits], [w for v in visitors for w in v.waits[1:]]
    faults = [fault for each in visitors for fault in each.faults] + said[1:]
    print(f"{asked.users} visitors, {asked.edits} edits each, {os.cpu_count()} cores, {seconds:.0f} s")
    for what, waits in (("all at the same moment", first), (f"thinking {asked.think:g} s between", later)):
        if len(waits) > 1:
            most = quantiles(waits, n=10)[-1]
            print(f"{what}: median {median(waits):.1f} s, 9 in 10 within {most:.1f} s, n={len(waits)}")
    print(f"all: median {median(first + later):.1f} s; memory {held:.0f} MB; faults {len(faults)}")
    print(f"load average of the machine {before:.1f} before, {os.getloadavg()[0]:.1f} after")
    print("\n".join(faults[:10]))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
