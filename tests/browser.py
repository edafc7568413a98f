"""Debian's chromium without a window, driven over the pipe of its DevTools protocol."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.programs import find_program

# It reads commands on descriptor 3 and writes answers and events on 4.
_START = 'exec "$0" "$@" 3<&{0} 4>&{1}'
_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe")


class Page:
    """An open page; `events` are what it has told so far."""

    def __init__(self, read: int, write: int) -> None:
        self.events: list[dict[str, Any]] = []
        self._read, self._write = read, write
        self._buffer, self._last, self._session, self._target = b"", 0, "", ""
        self.renew()

    def renew(self) -> None:
        """Close the tab, and open a new one of which nothing is known."""
        self._session = ""
        if self._target:
            self.call("Target.closeTarget", targetId=self._target)
        self._target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.events.clear()

    def open(self, file: Path) -> None:
        """Load a file, and wait until it is there."""
        self.call("Page.navigate", url=file.as_uri())
        while not any(one["method"] == "Page.loadEventFired" for one in self.events):
            self.events.append(self._message())

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while (answer := self._message()).get("id") != self._last:
            self.events.append(answer)
        assert "error" not in answer, answer
        return dict(answer["result"])

    def value(self, expression: str) -> Any:
        """The value of an expression of JavaScript, or of its promise."""
        found = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """Click into the middle of an element."""
        box = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        x, y = self.value(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
        for kind in ("mousePressed", "mouseReleased"):
            where = {"x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1}
            self.call("Input.dispatchMouseEvent", type=kind, **where)

    def press(self, key: str) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key)

    def complaints(self) -> list[dict[str, Any]]:
        """Errors in the console, and requests other than that of the page itself."""
        self.value("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        return [
            one
            for one in self.events
            if one["method"] in ("Runtime.exceptionThrown", "Log.entryAdded")
            or (one["method"] == "Runtime.consoleAPICalled" and one["params"]["type"] == "error")
            or (
                one["method"] == "Network.requestWillBeSent"
                and one["params"].get("type") != "Document"
            )
        ]

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            more = os.read(self._read, 1 << 16)
            assert more, "chromium has ended"
            self._buffer += more
        text, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(text))


@contextmanager
def browser(folder: Path) -> Iterator[Page]:
    """A page of a new browser, whose profile is in `folder`."""
    commands, write = os.pipe()
    read, answers = os.pipe()
    start = _START.format(commands, answers)
    process = subprocess.Popen(
        ["bash", "-c", start, find_program("chromium"), *_OPTIONS, f"--user-data-dir={folder}"],
        pass_fds=(commands, answers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(commands)
    os.close(answers)
    try:
        yield Page(read, write)
    finally:
        process.kill()
        process.wait()
        os.close(read)
        os.close(write)
