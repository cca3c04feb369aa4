"""Settings: command-line options over QUEUE_APP_* environment variables over defaults.

Standard library only: the process that becomes gunicorn's master must not load what its workers will patch.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ENVIRONMENT_PREFIX = "QUEUE_APP_"
_LONGEST_PUBLIC_URL = 180


class ConfigError(Exception):
    """An invalid setting; the message is one sentence that names the setting."""


def command(arguments: str) -> str:
    """Return how a user types a command of this program on this machine."""
    installed = Path(sys.argv[0]).name == "queue-app"
    return f"{'queue-app' if installed else 'python3 -m queue_app'} {arguments}"


@dataclass(frozen=True)
class Settings:
    """Configuration of this installation. The README's table of settings is checked against these fields."""

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = Path("data")
    database_url: str = ""  # empty: SQLite in the data directory
    public_url: str = ""  # empty: the address by which the kiosk reaches the server
    workers: int = 1
    transport: str = "lean"
    trusted_proxies: int = 0
    log_level: str = "info"
    voice: str = "auto"  # make missing clips when the server starts, if a synthesiser is there

    @property
    def database(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'queue.db'}"

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is used."""
        return self.database.startswith("sqlite")

    @property
    def preview_dir(self) -> Path:
        """Folder of the pictures that `preview://` printers draw."""
        return self.data_dir.resolve() / "preview"

    @property
    def media_dir(self) -> Path:
        """Pictures and videos for the displays."""
        return self.data_dir.resolve() / "media"

    @property
    def voice_dir(self) -> Path:
        """Folder of the voice's clips."""
        return self.data_dir.resolve() / "voice"


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError("it must be between 1 and 65535")
    return number


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise ValueError("it must be between 1 and 64")
    return number


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError("it must look like http://antrean.example.go.id")
    if len(text) > _LONGEST_PUBLIC_URL:
        raise ValueError(f"it must have at most {_LONGEST_PUBLIC_URL} characters: tickets carry it as a QR code")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme.partition("+")[0] not in ("sqlite", "postgresql") or not rest:
        raise ValueError("it must look like sqlite:////var/lib/queue/queue.db or postgresql://user@host/queue")
    return text


def _proxies(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 5:
        raise ValueError("it must be between 0 and 5")
    return number


def _host(text: str) -> str:
    if not text or any(c.isspace() or c == "/" for c in text):
        raise ValueError("it must be a host name or an address such as 0.0.0.0")
    return text


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"it must be one of {', '.join(allowed)}")
        return text

    return check


_CHECKS: Mapping[str, Callable[[str], Any]] = {
    "host": _host,
    "port": _port,
    "data_dir": Path,
    "database_url": _database_url,
    "public_url": _public_url,
    "workers": _workers,
    "transport": _one_of("lean", "stock"),
    "trusted_proxies": _proxies,
    "log_level": _one_of("debug", "info", "warning", "error"),
    "voice": _one_of("auto", "off"),
}


def load(options: Mapping[str, str | None], environ: Mapping[str, str] = os.environ) -> Settings:
    """Load the settings in force. Raises ConfigError with a sentence that names the wrong one."""
    names = {field.name for field in fields(Settings)}
    unknown = [
        name
        for name in environ
        if name.startswith(ENVIRONMENT_PREFIX) and name[len(ENVIRONMENT_PREFIX) :].lower() not in names
    ]
    if unknown:
        raise ConfigError(f"{unknown[0]} is not a setting of this program; see the table in README.md.")
    values: dict[str, Any] = {}
    for name, check in _CHECKS.items():
        variable = ENVIRONMENT_PREFIX + name.upper()
        option = options.get(name)
        text, source = (
            (option, f"--{name.replace('_', '-')}") if option is not None else (environ.get(variable), variable)
        )
        if text is None or (text == "" and option is None):
            continue
        try:
            values[name] = check(text)
        except ValueError as error:
            raise ConfigError(f"{source} is “{text}”: {error}.") from error
    settings = Settings(**values)
    if settings.workers > 1 and settings.is_sqlite:
        raise ConfigError(
            f"--workers is {settings.workers}, but SQLite lets only one process write at a time and holds the "
            "hall's line in one place: use --workers 1, or PostgreSQL by --database-url."
        )
    return settings


def to_environment(settings: Settings) -> dict[str, str]:
    """Convert the settings to environment variables, for child processes."""
    return {ENVIRONMENT_PREFIX + field.name.upper(): str(getattr(settings, field.name)) for field in fields(Settings)}
