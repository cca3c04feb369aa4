"""Start files for a computer that shows one page full screen; docs/screens.md explains their use."""

from __future__ import annotations

import base64
import json
import re
import shlex
import struct
from urllib.parse import urlsplit

_FLAGS = (
    "--kiosk",
    "--noerrdialogs",
    "--no-first-run",
    "--disable-session-crashed-bubble",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    # So that every connection to the server's port belongs to the page.
    "--disable-background-networking",
    "--no-proxy-server",
    "--password-store=basic",
    "--ozone-platform=wayland",
)


def origin_of(server: str) -> str:
    """Return the origin of an address, such as `http://antrean.lan:8000`. Raises ValueError."""
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:\[\]-]+", parts.netloc):
        raise ValueError("--server must look like http://antrean.lan:8000")
    return f"{parts.scheme}://{parts.netloc}"


def chromium_policy(server: str) -> str:
    """Return Chromium's managed policy: sound without a touch, and the hall's host name as a secure origin."""
    origin = origin_of(server)
    policy: dict[str, object] = {
        "AutoplayAllowed": True,
        "AutoplayAllowlist": [origin],
        "BackgroundModeEnabled": False,
        "BrowserSignin": 0,
        "DefaultBrowserSettingEnabled": False,
        "DefaultNotificationsSetting": 2,
        "DefaultPopupsSetting": 2,
        "DeveloperToolsAvailability": 2,
        "MetricsReportingEnabled": False,
        "PasswordManagerEnabled": False,
        "PromotionsEnabled": False,
        "TranslateEnabled": False,
    }
    if origin.startswith("http:"):
        policy["OverrideSecurityRestrictionsOnInsecureOrigin"] = [origin]
    return json.dumps(policy, indent=2, sort_keys=True) + "\n"


def start_file(server: str, path: str, kind: str, user: str) -> str:
    """Return a systemd unit that starts the browser full screen, or labwc's autostart. Raises ValueError."""
    if not path.startswith("/") or any(sign.isspace() or sign in "'\"\\%" for sign in path):
        raise ValueError("--path must be an address of this server, such as /screen or /kiosk/utama")
    if not user.isidentifier():
        raise ValueError("--user must be the name of an account")
    origin = urlsplit(origin_of(server))
    port = origin.port or (443 if origin.scheme == "https" else 80)
    url = origin.geturl() + path
    browser = shlex.join(["chromium", *_FLAGS, url])
    reach = f'timeout 5 bash -c ": </dev/tcp/{origin.hostname}/{port}" 2>/dev/null'
    words = {
        "url": url,
        "browser": browser,
        "reach": reach,
        "arrow": base64.b64encode(_EMPTY_ARROW).decode(),
    }
    words["watch"] = _WATCH.format(port=port, reach=reach, origin=origin.geturl())
    if kind == "labwc":
        return _LABWC.format(**words)
    # systemd takes a single $ for its own.
    return _UNIT.format(user=user, **{**words, "watch": words["watch"].replace("$", "$$")})


# A cursor file of X: its head, a table with one image for size 24, and that image: a single transparent point.
_EMPTY_ARROW = struct.pack(
    "<4s3I 3I 9I 4x", b"Xcur", 16, 0x10000, 1, 0xFFFD0002, 24, 28, 36, 0xFFFD0002, 24, 1, 1, 1, 0, 0, 0
)

# $$ is the browser's parent. Connections of the own account alone count: a print agent beside it talks to the server
# too. UDP is for a server behind HTTP/3. Where ss fails nothing is known, and nothing is done. A slow computer
# has 180 s for its first connection: else it would begin anew for ever.
_WATCH = """\
(n=-9; while sleep 10; kill -0 $$; do \\
    open=$(ss -Htune state established dport = :{port}) && \\
    [[ $open != *" uid:$UID "* ]] && {reach} && n=$((n+1)) || n=0; \\
    if [ $n = 9 ]; then echo "No connection to {origin}: new browser"; pkill -KILL -P $$ chromium; n=-9; fi; \\
  done) 2>/dev/null &"""

_UNIT = """\
# /etc/systemd/system/queue-screen.service: shows {url} on the first screen.
[Unit]
Description=Queue App screen
Wants=network-online.target
After=network-online.target systemd-user-sessions.service getty@tty1.service
Conflicts=getty@tty1.service

[Service]
User={user}
PAMName=login
TTYPath=/dev/tty1
StandardInput=tty
StandardOutput=journal
# Chromium tries a server that is not there again after minutes only, and a server starts more slowly than a screen.
ExecStartPre=+/bin/bash -c 'echo "Waiting for {url}" >/dev/tty1; until {reach}; do sleep 2; done'
TimeoutStartSec=infinity
# cage shows one program full screen; -s lets a keyboard leave to another console.
# A browser that for 90 s (at its start 180 s) has no connection to a server that is there is no use: begin anew.
ExecStart=/bin/bash -c '{watch} \\
  exec /usr/bin/cage -s -- {browser}'
# Where cage cannot start, for instance because the screen's driver is late, it does not end but hangs: begin anew.
ExecStartPost=+/usr/bin/timeout 20 /bin/sh -ec 'until pgrep -P $MAINPID chromium; do sleep 1; kill -0 $MAINPID; done'
TimeoutStopSec=5
Restart=always
RestartSec=3

[Install]
WantedBy=multi-user.target
"""

_LABWC = """\
# ~/.config/labwc/autostart: starts the browser with the desktop, and again whenever it ends.
# Without a mouse no page can hide labwc's arrow, and it would stay on the screen: this desktop's arrow is empty.
if [ ! -e ~/.icons/queue-screen ]; then
  mkdir -p ~/.icons/queue-screen/cursors
  for shape in default left_ptr; do echo {arrow} | base64 -d > ~/.icons/queue-screen/cursors/$shape; done
  echo XCURSOR_THEME=queue-screen >> ~/.config/labwc/environment
  labwc --reconfigure
fi
# A browser that for 90 s (at its start 180 s) has no connection to a server that is there is no use: it is ended.
# With labwc it ends: the next desktop starts its own.
bash -c 'while [ -e /proc/${{LABWC_PID:-self}} ]; do
  # Chromium tries a server that is not there again after minutes only.
  until {reach}; do sleep 2; done
  {watch}
  {browser}
  kill $!
  sleep 3
done' &
"""
