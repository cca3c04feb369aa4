"""A network printer that is not there: a real socket, with the habits and faults of real printers.

By hand: `python -m tests.printer.simulator --port 9100 --mode ok`, then give a printer the address tcp://127.0.0.1:9100.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import struct
import threading
import time

QUESTION = re.compile(rb"\x10\x04([\x01\x02\x04])")
PROOF_WANTED = re.compile(rb"\x1d\(H\x06\x0000(....)", re.DOTALL)
FINE = {1: 0x12, 2: 0x12, 4: 0x12}
# Mode → answers to DLE EOT; a mode that is not here gives none.
ANSWERS = {
    "ok": FINE,
    "ack": FINE,
    "chatty": FINE,
    "break": FINE,
    "paper_low": {**FINE, 4: 0x1E},
    "paper_out": {1: 0x1A, 2: 0x32, 4: 0x72},
    "paper_out_clone": {**FINE, 4: 0x32},
    "cover_open": {1: 0x1A, 2: 0x16, 4: 0x12},
    "error": {1: 0x1A, 2: 0x52, 4: 0x12},
    "offline": {1: 0x1A, 2: 0x12, 4: 0x12},
    "jam": FINE,
}
MODES = (*ANSWERS, "mute", "hang")
JAMMED = {1: 0x1A, 2: 0x32, 4: 0x72}
CHATTER = b"\x11\x10\x00\x00\x0f"  # XON, and an automatic status


class Simulator:
    """Listens on the loopback address; a context manager.

    ok answers status; ack also proves jobs; chatty mixes in what was not asked for; paper_low, paper_out,
    paper_out_clone (one of two bits), cover_open, error and offline say so; jam takes a job and then has no paper;
    mute reads and says nothing; hang does not even read; break breaks off after `after` bytes of a job.
    """

    def __init__(self, mode: str = "ok", *, port: int = 0, after: int = 0, wordy: bool = False) -> None:
        self.mode = mode
        self.jobs: list[bytes] = []
        """What came over each connection, without the questions."""
        self.received_at: list[float] = []
        """When the first byte of each job came, by `time.monotonic`."""
        self.most_connections = 0
        self._after = after
        self._wordy = wordy
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", port))
        self.port = int(self._server.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """Its address for the product."""
        return f"tcp://127.0.0.1:{self.port}"

    def __enter__(self) -> Simulator:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
                self.most_connections = max(self.most_connections, len(self._open))
            threading.Thread(target=self._attend, args=(connection,), daemon=True).start()

    def _attend(self, connection: socket.socket) -> None:
        job = _Job(self)
        with connection:
            with contextlib.suppress(OSError):
                self._listen(connection, job)
            if job.received:
                self.jobs.append(bytes(job.received))
                if self._wordy:
                    print(describe(job.received), flush=True)
            # Before the other side can see the end and connect again.
            with self._lock:
                self._open.discard(connection)

    def _listen(self, connection: socket.socket, job: _Job) -> None:
        while self.mode == "hang" and self._server.fileno() >= 0:
            time.sleep(0.02)
        while data := connection.recv(4096):
            reply = job.take(data)
            if reply:
                connection.sendall(reply)
            if self.mode == "break" and len(job.received) >= self._after:
                # Closes with a reset, as a printer does that is switched off.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return


class _Job:
    """One connection's data: questions are answered at once, the rest is the job."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.received = bytearray()

    def take(self, data: bytes) -> bytes:
        """Take in data; the reply."""
        mode = self._simulator.mode
        reply = b"".join(self._answer(match[1][0]) for match in QUESTION.finditer(data))
        rest = QUESTION.sub(b"", data)
        if rest and not self.received:
            self._simulator.received_at.append(time.monotonic())
        self.received += rest
        proof = PROOF_WANTED.search(rest)
        if proof and mode in ("ack", "chatty"):
            reply += (CHATTER if mode == "chatty" else b"") + b"\x37\x22" + proof[1] + b"\x00"
        return reply

    def _answer(self, subject: int) -> bytes:
        mode = self._simulator.mode
        answers = JAMMED if mode == "jam" and self.received else ANSWERS.get(mode)
        if answers is None:
            return b""
        return (CHATTER if mode == "chatty" else b"") + bytes((answers[subject],))


def describe(job: bytes) -> str:
    """A line about a job for people."""
    words = re.sub(rb"[^ -~\n]+", b" ", bytes(job)).decode("ascii")
    return f"{len(job)} bytes, {job.count(bytes((0x1D, 0x56)))} cut\n{words}"


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--mode", choices=MODES, default="ok")
    parser.add_argument("--after", type=int, default=0, help="bytes, for break")
    options = parser.parse_args()
    with (
        Simulator(options.mode, port=options.port, after=options.after, wordy=True) as simulator,
        contextlib.suppress(KeyboardInterrupt),
    ):
        print(f"{simulator.url} is {options.mode}", flush=True)
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
