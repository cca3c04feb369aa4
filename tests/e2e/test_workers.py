"""Two workers behind nginx on PostgreSQL: every listener on either worker gets every state, without sticky sessions."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess

import pytest

from tests.waiting import wait_until

NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-error.log; worker_processes 1; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  map $http_upgrade $connection_upgrade {{ default upgrade; "" ""; }}
  upstream queue {{ server 127.0.0.1:{port}; }}
  server {{
    listen 127.0.0.1:{front};
    location / {{
      proxy_pass http://queue;
      proxy_http_version 1.1;
      proxy_buffering off;
      proxy_read_timeout 75s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_set_header Sec-WebSocket-Extensions "";
    }}
  }}
}}
"""


def _takes_connections(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
        return True
    return False


@pytest.fixture
def start_nginx(tmp_path):
    """Start nginx in front of a server. Return its port."""
    started = []

    def start(port: int, front: int) -> int:
        program = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
        if program is None:
            pytest.fail("nginx is not installed: type `python3 -m tests` as root, it installs it.")
        user = "user root;" if os.geteuid() == 0 else ""
        config = tmp_path / "nginx.conf"
        config.write_text(NGINX.format(folder=tmp_path, port=port, front=front, user=user))
        started.append(subprocess.Popen([program, "-c", str(config), "-p", str(tmp_path)]))
        wait_until(lambda: _takes_connections(front), "nginx")
        return front

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def test_two_workers_tell_every_listener(postgres_hall_url, start_server, start_nginx, free_port, api, listen) -> None:
    server = start_server(postgres_hall_url, "--workers", "2", "--trusted-proxies", "1")
    front = start_nginx(server.port, free_port)
    boards = [listen(front, "board:utara") for _ in range(12)]
    officers = [api(front).sign_in(name) for name in ("dukcapil1", "dukcapil2")]
    for place, officer in enumerate(officers, start=1):
        status, answer = officer.call("POST", f"/counters/{place}/open", {})
        assert status == 200, answer
    labels = []
    for turn in range(10):
        api(front).issue(1, f"two-workers-{turn:03d}", kiosk="utama")
        officer, place = officers[turn % 2], turn % 2 + 1
        status, state = officer.call("POST", f"/counters/{place}/call-next", {})
        assert status == 200, state
        labels.append(state["ticket"]["label"])
        assert officer.call("POST", f"/counters/{place}/start", {"ticket": state["ticket"]["id"]})[0] == 200
    _status, snapshot = api(front).call("GET", "/zones/utara/board")
    for board in boards:
        board.wait(lambda board=board: board.state == snapshot["state"], "the last state")
        assert board.labels == labels, "each call announced once, in order, on either worker"
        assert board.seqs == sorted(set(board.seqs))
    assert len(workers_with_sockets(server.pid)) == 2, "both workers had listeners"


def workers_of(master: int) -> set[int]:
    """The process ids of a server's workers."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(master)], capture_output=True, text=True, check=True)
    return {int(line) for line in found.stdout.split()}


def workers_with_sockets(master: int) -> set[int]:
    """List the worker processes that hold more than their listening sockets and pools."""
    sockets = {
        pid: sum("socket:" in _link(pid, fd) for fd in os.listdir(f"/proc/{pid}/fd")) for pid in workers_of(master)
    }
    return {pid for pid, count in sockets.items() if count >= 4}


def _link(pid: int, fd: str) -> str:
    try:
        return os.readlink(f"/proc/{pid}/fd/{fd}")
    except OSError:
        return ""


def test_a_killed_worker_is_replaced_and_listeners_come_back(postgres_hall_url, start_server, api, listen) -> None:
    server = start_server(postgres_hall_url, "--workers", "2")
    boards = [listen(server.port, "board:utara") for _ in range(6)]
    killed, other = sorted(workers_of(server.pid))
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(workers_of(server.pid) - {killed}) == 2, "another worker")
    assert other in workers_of(server.pid)
    server.wait_ready()
    officer = api(server.port).sign_in("dukcapil1")
    assert officer.call("POST", "/counters/1/open", {})[0] == 200
    api(server.port).issue(1, "after-the-kill-1")
    label = officer.call("POST", "/counters/1/call-next", {})[1]["ticket"]["label"]
    for board in boards:
        board.wait(lambda board=board: [c["label"] for c in board.state["calls"]] == [label], f"the call of {label}")
