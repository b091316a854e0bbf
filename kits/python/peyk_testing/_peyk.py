"""The server: started for a test on a free port, with a folder that ends with it."""

from __future__ import annotations

import json
import mimetypes
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import Any, Mapping, Optional, Sequence, Union

from ._chat import Chat, Unmet
from ._toml import toml

World = Union[None, str, Path, Mapping[str, Any]]
START_SECONDS = 30
READY_SECONDS = 30
STOP_SECONDS = 10
HERE = re.compile(r"\b(127\.0\.0\.1|localhost):(\d+)")
# A proxy of the machine's must not come between a test and 127.0.0.1.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class PeykError(Exception):
    """The sandbox could not be started, or says no."""


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return found.getsockname()[1]


def without_ours() -> dict[str, str]:
    """The environment without what would configure a Peyk, and without proxies."""
    kept = os.environ.items()
    return {k: v for k, v in kept if not k.startswith("PEYK_") and not k.lower().endswith("_proxy")}


class Peyk:
    """A marketplace of one's own. Use it in a `with`, or call `stop`.

    `world` is a World file, or the same as a dict; without one it is the demo World. Its addresses
    on this machine get free ports, which `ports` tells by the ports of the World; with
    `free_ports=False` they stay as they are. `binary` is the program, which is else the variable
    PEYK or the `peyk` on the path.
    """

    def __init__(
        self,
        world: World = None,
        binary: Union[None, str, Path] = None,
        free_ports: bool = True,
        arguments: Sequence[str] = (),
    ):
        binary = str(binary or os.environ.get("PEYK") or shutil.which("peyk") or "")
        if not binary:
            raise PeykError("there is no peyk: set PEYK to the program, or put it on the PATH")
        self.ports: dict[int, int] = {}
        self.url = ""
        self._programs: list[subprocess.Popen[bytes]] = []
        self._heard: dict[str, int] = {}
        self._folder = tempfile.mkdtemp(prefix="peyk-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        self._log = open(Path(self._folder) / "peyk.log", "w+b")
        words = [binary, "serve", "--listen", "127.0.0.1:0", "--data", str(Path(self._folder) / "data"), *arguments]
        if world is not None:
            words += ["--world", str(self._world_file(world, free_ports))]
        try:
            self._server = subprocess.Popen(
                words, env=without_ours(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=self._log,
                start_new_session=True,
            )
        except OSError as error:
            self._forget()
            raise PeykError(f"{binary} cannot be started: {error}") from error
        self._ready = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._ready.wait(START_SECONDS)
        if not self.url:
            said = self._end()
            raise PeykError(f"{binary} did not start:\n{said}")
        self.begin()

    def __enter__(self) -> "Peyk":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _world_file(self, world: World, free_ports: bool) -> Path:
        text = toml(world) if isinstance(world, Mapping) else Path(str(world)).read_text(encoding="utf-8")
        if free_ports:
            for _, port in HERE.findall(text):
                self.ports.setdefault(int(port), 0)
            self.ports = {port: free_port() for port in self.ports}
            text = HERE.sub(lambda found: f"{found[1]}:{self.ports[int(found[2])]}", text)
        path = Path(self._folder) / "world.toml"
        path.write_text(text, encoding="utf-8")
        return path

    def _read(self) -> None:
        """Reads to the end, so that the server never waits for a full pipe."""
        assert self._server.stdout
        for line in self._server.stdout:
            if not self.url and (found := re.search(rb"listening on (http://\S+)", line)):
                self.url = found[1].decode()
                self._ready.set()
        self._ready.set()

    # --- programs ------------------------------------------------------------------------------

    def run(
        self,
        command: Union[str, Sequence[str]],
        port: Optional[int] = None,
        env: Optional[Mapping[str, str]] = None,
        cwd: Union[None, str, Path] = None,
    ) -> "subprocess.Popen[bytes]":
        """Starts a bot and waits until it listens; it ends with the marketplace.

        It finds PEYK_URL, PORT and a PEYK_PORT_<port of the World> for each receiver in its
        environment. `port` is the World's port on which it is going to listen; the first one if
        nothing is said. A bot that listens nowhere is not waited for.
        """
        wanted = port if port is not None else next(iter(self.ports), None)
        place = self.ports.get(wanted, wanted) if wanted is not None else None
        ours = {"PEYK_URL": self.url, "PYTHONUNBUFFERED": "1"}
        ours.update({f"PEYK_PORT_{old}": str(new) for old, new in self.ports.items()})
        if place is not None:
            ours["PORT"] = str(place)
        program = subprocess.Popen(
            command, shell=isinstance(command, str), env={**without_ours(), **ours, **(env or {})}, cwd=cwd,
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log, start_new_session=True,
        )
        self._programs.append(program)
        deadline = time.monotonic() + READY_SECONDS
        while place is not None:
            if program.poll() is not None:
                raise PeykError(f"{command} ended before it was ready ({program.returncode}):\n{self.log()}")
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", place)) == 0:
                    break
            if time.monotonic() > deadline:
                raise PeykError(f"{command} did not listen on {place} within {READY_SECONDS} s:\n{self.log()}")
            time.sleep(0.01)
        # Receivers that were not there are greeted again; what was said before goes on to count.
        self.control("POST", "/rehearsal")
        return program

    def log(self) -> str:
        """What the server logged and the bots printed, the end of it."""
        text = (Path(self._folder) / "peyk.log").read_bytes()[-8192:]
        return text.decode("utf-8", "replace")

    # --- people --------------------------------------------------------------------------------

    def chat(
        self,
        person: str,
        *,
        bot: Optional[str] = None,
        post: Optional[str] = None,
        order: Optional[int] = None,
        returned: Optional[int] = None,
        business: Optional[int] = None,
    ) -> Chat:
        """A person's chat about one thing: a bot, a post, an order, a return, or with a business."""
        place = {"bot": bot, "post": post, "order": order, "return": returned, "business": business}
        place = {key: value for key, value in place.items() if value is not None}
        if len(place) != 1:
            raise ValueError("say one thing to talk about: bot, post, order, returned or business")
        return Chat(self, {"person": person, **place})

    def revokes(self, person: str, app: str) -> None:
        """The person takes back all that an app was allowed."""
        self.step({"in": {"person": person, "bot": app}, "revoke": app}, self._after)

    def called(
        self,
        method: str,
        path: str,
        *,
        status: Optional[int] = None,
        body: Optional[str] = None,
        times: Optional[int] = None,
    ) -> None:
        """A bot has to have called this; `*` in the path stands for anything, `times=0` for never."""
        step: dict[str, Any] = {"call": f"{method} {path}", "status": status, "body": body}
        step.update({"never": True} if times == 0 else {"times": times})
        self.step({key: value for key, value in step.items() if value is not None}, self._after)

    # --- time ----------------------------------------------------------------------------------

    @property
    def now(self) -> str:
        """What time it is in the sandbox."""
        return self.control("GET", "/clock")["time"]

    def passes(self, span: str) -> None:
        """Lets time pass, `14d` for one, and all happen that falls due in it."""
        self.step({"pass": span}, self._after)

    def begin(self) -> None:
        """What is said from now on counts, and nothing that was said before."""
        begun = self.control("POST", "/rehearsal")
        self._after, self._began = begun["after"], begun["began_at"]
        self._heard.clear()

    # --- going back ----------------------------------------------------------------------------

    def keeps(self, name: str) -> None:
        """Keeps everything as it is under a name: what was said, the clock, the seeds of chance."""
        self.control("PUT", f"/snapshots/{name}")

    def restores(self, name: str) -> None:
        """Puts everything back to what was kept under a name; what is said from now on counts."""
        self.control("POST", f"/snapshots/{name}/restore")
        self.begin()

    # --- what chats need -----------------------------------------------------------------------

    def heard(self, place: Mapping[str, Any]) -> int:
        """The last message of the bot in a chat that was looked at."""
        return self._heard.get(json.dumps(place), self._after)

    def hear(self, place: Mapping[str, Any], message: int) -> None:
        """The bot was heard up to here."""
        self._heard[json.dumps(place)] = message

    def step(self, step: Mapping[str, Any], after: int) -> dict[str, Any]:
        """Does one step of a scenario."""
        asked = {"step": step, "after": after, "began_at": self._began}
        answer = self.control("POST", "/rehearsal/steps", asked)
        if answer["is_met"]:
            return answer
        raise Unmet(
            f"{answer['why']}\n\nwhat was said:\n{answer['transcript']}\nthe wire:\n{answer['wire']}"
            f"\nwhat was printed:\n{self.log()}"
        )

    def send_file(self, person: str, conversation: Union[int, str], path: Path) -> dict[str, Any]:
        """A person sends a file."""
        mark = uuid.uuid4().hex
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        head = (
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\n'
            f"Content-Type: {kind}\r\n\r\n"
        )
        body = head.encode() + path.read_bytes() + f"\r\n--{mark}--\r\n".encode()
        place = f"/people/{person}/conversations/{conversation}/files"
        return self._ask("POST", place, body, f"multipart/form-data; boundary={mark}")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Asks the control API, whose document is at /control/v1/openapi.json."""
        data = None if body is None else json.dumps(body).encode()
        return self._ask(method, path, data, "application/json")

    def _ask(self, method: str, path: str, data: Optional[bytes], kind: str) -> Any:
        request = urllib.request.Request(f"{self.url}/control/v1{path}", data, method=method)
        if data is not None:
            request.add_header("Content-Type", kind)
        try:
            with DIRECT.open(request, timeout=180) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            told = error.read().decode("utf-8", "replace")
            try:
                told = json.loads(told)["error"]["message"]
            except (ValueError, KeyError, TypeError):
                pass
            raise PeykError(f"{method} {path}: {told}") from None

    # --- the end -------------------------------------------------------------------------------

    def stop(self) -> None:
        """Ends the bots and the server, and removes the folder."""
        self._end()

    def _end(self) -> str:
        for program in [*self._programs, self._server]:
            _signal(program, signal.SIGTERM)
        for program in [*self._programs, self._server]:
            try:
                program.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                pass
            # Whatever it started ends with it.
            _signal(program, signal.SIGKILL)
            program.wait()
        self._reader.join(STOP_SECONDS)
        if self._server.stdout:
            self._server.stdout.close()
        said = self.log() if os.path.isdir(self._folder) else ""
        self._forget()
        return said

    def _forget(self) -> None:
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _signal(program: "subprocess.Popen[bytes]", number: int) -> None:
    try:
        os.killpg(program.pid, number)
    except ProcessLookupError:
        pass
