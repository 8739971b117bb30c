"""What a signal does while an apply is under way: what is in flight is finished, and nothing more is begun."""

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from zonesync.cli.session import Session

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """While it is entered, SIGINT, SIGTERM and SIGHUP set :attr:`event` and end nothing themselves."""

    def __init__(self, session: "Session") -> None:
        self.event = threading.Event()
        self._session = session
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        # Elsewhere than in the main thread signals are somebody else's.
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                before = signal.getsignal(number)
                # `nohup` means it.
                if before is not signal.SIG_IGN:
                    self._before[number] = before
                    signal.signal(number, self._stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del frame
        self._session.is_stopped = True
        if not self.event.is_set():
            self.event.set()
            name = signal.Signals(number).name
            self._session.say(f"{name}: finishing what is in flight, and recording it; nothing more is begun.")
            sys.stderr.flush()
