"""One name server process on addresses of its own: started, told to load its zones, killed and started again."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import dns.exception
import dns.flags
import dns.message
import dns.query

from tests.lab.silence import Silence

SECONDS = 20.0
"""How long a server may take to start, or to load a zone."""


class Machine:
    """A process that answers on port 53 of *addresses*. What *command* needs is in *folder*."""

    def __init__(self, name: str, folder: Path, addresses: Sequence[str], command: Sequence[str]) -> None:
        self.name = name
        self.folder = folder
        self.addresses = tuple(addresses)
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._silence: list[Silence] = []

    @property
    def pid_file(self) -> Path:
        """Where the process's id is kept, for the commands that tell it to load."""
        return self.folder / "pid"

    def start(self) -> None:
        """Start the process, and return once each of its addresses answers."""
        self.launch()
        self.await_answers()

    def launch(self) -> None:
        """Start the process."""
        self._end_silence()
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.pid_file.write_text(f"{self._process.pid}\n")

    def await_answers(self) -> None:
        """Return once each address answers anything at all: then the server has loaded what it will load."""
        for address in self.addresses:
            self._await(partial(answers, address))

    def kill(self, *, silent: bool = True) -> None:
        """Kill the process and its children at once, as a loss of power does.

        A dead host is *silent*; one that still stands says that nobody listens (ICMP port unreachable).
        """
        self._end(signal.SIGKILL)
        self._silence = [Silence(address) for address in self.addresses]
        if not silent:
            self._end_silence()

    def stop(self) -> None:
        """End the process in its own way."""
        self._end_silence()
        self._end(signal.SIGTERM)

    def hang_up(self) -> None:
        """Tell the process to read its files again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)

    @property
    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def ask(self, name: str, rtype: str, address: str = "", *, timeout: float = 2.0) -> dns.message.Message:
        """Ask the server itself."""
        return ask(address or self.addresses[0], name, rtype, timeout=timeout)

    def await_serial(self, zone: str, serial: int) -> None:
        """Return once each address serves *zone* with *serial*."""
        for address in self.addresses:
            self._await(partial(_serves, address, zone, serial))

    def _await(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not holds():
            if not self.is_running or time.monotonic() > deadline:
                log = (self.folder / "log").read_text(errors="replace")[-3000:]
                raise RuntimeError(f"`{self.name}` does not answer as it should:\n{log}")
            time.sleep(0.01)

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if number is signal.SIGKILL:
                # In a session of its own, so that the group is the server with its children, and nothing else.
                os.killpg(process.pid, number)
            else:
                process.send_signal(number)
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _end_silence(self) -> None:
        for silence in self._silence:
            silence.close()
        self._silence = []


def ask(address: str, name: str, rtype: str, *, timeout: float = 2.0, recurse: bool = False) -> dns.message.Message:
    """Ask the server at *address*; raises what dnspython raises where it does not answer."""
    query = dns.message.make_query(name, rtype, use_edns=0, payload=1232)
    if not recurse:
        query.flags &= ~dns.flags.RD
    return dns.query.udp(query, address, timeout=timeout)


def start_all(machines: Sequence[Machine]) -> None:
    """Start *machines*, which takes no longer than the slowest of them."""
    for machine in machines:
        machine.launch()
    for machine in machines:
        machine.await_answers()


def answers(address: str) -> bool:
    """Tell whether anything comes back from *address*."""
    try:
        ask(address, "version.bind.", "TXT", timeout=0.5)
    except (dns.exception.DNSException, OSError):
        return False
    return True


def _serves(address: str, zone: str, serial: int) -> bool:
    return serial_of(address, zone) == serial


def serial_of(address: str, zone: str) -> int | None:
    """Return the serial of *zone* at *address*, None where it is not served there."""
    try:
        reply = ask(address, zone, "SOA", timeout=0.5)
    except (dns.exception.DNSException, OSError):
        return None
    for rrset in reply.answer:
        return int(rrset[0].serial)
    return None
