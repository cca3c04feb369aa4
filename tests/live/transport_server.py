"""The server of the transport's tests. gunicorn loads it; run as a program it is Werkzeug's development server."""

import os
import sys

import flask
import flask_socketio
from werkzeug.serving import make_server

from queue_app.live import transport, websocket_frames

app = flask.Flask(__name__)
sio = transport.build_socketio(app, lean=os.environ["TRANSPORT_LEAN"] == "1", async_mode=os.environ["TRANSPORT_MODE"])
counted = {"encoded": 0, "framed": 0, "left": 0}


def _count(owner, name, key):
    original = getattr(owner, name)

    def counting(*arguments):
        counted[key] += 1
        return original(*arguments)

    setattr(owner, name, counting)


_count(sio.server.packet_class, "encode", "encoded")
_count(transport, "text_frame", "framed")


@sio.on("join")
def _join(room):
    flask_socketio.join_room(room)
    return {"ok": True}


@sio.on("echo")
def _echo(value):
    return value


@sio.on("count")
def _count_one(room, number):
    sio.emit("tick", number, to=room)
    return number


@sio.on("fail")
def _fail():
    raise LookupError("on purpose")


@sio.on("disconnect")
def _disconnect(reason):
    counted["left"] += 1


@app.post("/emit/<room>/<int:count>/<int:size>")
def _emit(room, count, size):
    pad = "x" * size
    before = dict(counted)
    for number in range(count):
        sio.emit("tick", [number, pad], to=room)
        if number % 5 == 4:
            sio.sleep(0.008)
    return {key: counted[key] - before[key] for key in counted}


@app.get("/stats")
def _stats():
    server = sio.server
    return {
        "pid": os.getpid(),
        "live": len(sio.connections.open),
        "sockets": len(server.eio.sockets),
        "environs": len(server.environ),
        "rooms": sum(map(len, server.manager.rooms.values())),
        "left": counted["left"],
    }


@app.post("/patience/<int:milliseconds>")
def _patience(milliseconds):
    websocket_frames.SLOW_READER_TIMEOUT_S = milliseconds / 1000
    return {}


@app.post("/stop")
def _stop():
    transport.close_all(sio)
    return {}


if __name__ == "__main__":
    make_server("127.0.0.1", 0, app, threaded=True, fd=int(sys.argv[1])).serve_forever()
