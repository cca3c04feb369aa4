"""A strict websocket client for the tests of the transport: it fails on any irregularity."""

import base64
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class CorruptStreamError(AssertionError):
    """The server sent a corrupt websocket stream."""


class StreamEndedError(Exception):
    """The server ended the connection."""


class RawClient:
    """One websocket to the server. `receive_buffer` (bytes) makes the kernel take little."""

    def __init__(self, port, *, headers=(), receive_buffer=None, key=None):
        self.sock = socket.socket()
        self.sock.settimeout(10)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.connect(("127.0.0.1", port))
        self._read = bytearray()
        lines = [
            "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: keep-alive, Upgrade",
            f"Sec-WebSocket-Key: {key or base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
            *headers,
        ]
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.answer = self._head()
        self.status = int(self.answer.split(" ", 2)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self.sock.close()

    def _head(self):
        while b"\r\n\r\n" not in self._read:
            self._more()
        head, _, rest = bytes(self._read).partition(b"\r\n\r\n")
        self._read = bytearray(rest)
        return head.decode()

    def _more(self):
        try:
            data = self.sock.recv(1 << 16)
        except ConnectionError:
            data = b""
        if not data:
            raise StreamEndedError
        self._read += data

    def _take(self, size):
        while len(self._read) < size:
            self._more()
        data = bytes(self._read[:size])
        del self._read[:size]
        return data

    def frame(self):
        """Return the next frame as (opcode, payload): every frame of this server is final, unmasked, uncompressed."""
        first, second = self._take(2)
        if first & 0xF0 != 0x80 or second & 0x80 or first & 0xF not in (TEXT, CLOSE, PING, PONG):
            raise CorruptStreamError(f"header {first:#x} {second:#x}")
        size = second
        if size == 126:
            (size,) = struct.unpack("!H", self._take(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._take(8))
        if size > 1 << 20:
            raise CorruptStreamError(f"{size} bytes")
        return first & 0xF, self._take(size)

    def send(self, opcode, payload=b"", *, final=True, masked=True, reserved=0):
        """Send one frame, valid or not."""
        size = len(payload)
        head = bytes([(0x80 if final else 0) | reserved | opcode])
        flag = 0x80 if masked else 0
        if size < 126:
            head += bytes([flag | size])
        elif size < 1 << 16:
            head += struct.pack("!BH", flag | 126, size)
        else:
            head += struct.pack("!BQ", flag | 127, size)
        if masked:
            mask = os.urandom(4)
            head += mask
            payload = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self.sock.sendall(head + payload)

    def text(self, text):
        """Send one text message."""
        self.send(TEXT, text.encode())

    def enter(self, room=None):
        """Open the Engine.IO and the Socket.IO session, and join a room."""
        assert self.message().startswith("0{")
        self.text("40")
        assert self.message().startswith("40{")
        if room is not None:
            assert self.ask("join", room) == [{"ok": True}]
        return self

    def message(self):
        """Return the next text message, answering Engine.IO pings."""
        while True:
            opcode, payload = self.frame()
            if opcode == CLOSE:
                raise StreamEndedError(payload)
            if opcode != TEXT:
                raise CorruptStreamError(f"opcode {opcode}")
            if payload != b"2":
                return payload.decode()
            self.text("3")

    def event(self):
        """Return the next Socket.IO event as [name, ...]."""
        message = self.message()
        if not message.startswith("42["):
            raise CorruptStreamError(message[:40])
        return json.loads(message[2:])

    def ask(self, *event):
        """Emit an event and wait for its acknowledgement; no other message may come in between."""
        self.text(f"427{json.dumps(event)}")
        message = self.message()
        assert message.startswith("437["), message[:40]
        return json.loads(message[3:])

    def close_code(self):
        """Read to the end of the stream. Return the code of the Close frame, or None if there was none."""
        code = None
        try:
            while True:
                opcode, payload = self.frame()
                if opcode == CLOSE:
                    (code,) = struct.unpack("!H", payload[:2])
        except StreamEndedError:
            return code
