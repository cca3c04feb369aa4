"""The print agent's conversation with the server: JSON over HTTP, always begun by the agent.

The contract is in docs/printing.md. Only the standard library is used.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from printer.face import (
    Capabilities,
    Job,
    PrinterConfig,
    PrinterHealth,
    TemplateOptions,
    slip_from_json,
)
from printer.fields import Fields

LONGEST_ANSWER = 1_000_000
"""Bytes."""
_NO_PROXY = urllib.request.ProxyHandler({})


class Refused(Exception):
    """The server answered, and it is no; `status` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the server answered {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Claim:
    """What the server said to a claim: the agent's printers, and a job as it came, or None."""

    printers: Sequence[PrinterConfig]
    job: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the server said to an agent without a token: a code to approve at an address, or that it is approved."""

    approved: bool
    token: str
    code: str
    address: str


class Server:
    """The server, as a print agent sees it. Every call raises OSError if it cannot be reached, and `Refused`."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the server's address is http://HOST or https://HOST, with a port if need be")
        self._base = url.rstrip("/")
        self._token = token
        self._opener = urllib.request.build_opener(_NO_PROXY)

    def claim(self, wait: int, have: Sequence[int]) -> Claim:
        """Ask for a job, and wait for one for so many seconds; `have` are the jobs that the agent holds already.

        ValueError if the answer is not understood.
        """
        body = {"wait": wait, "have": list(have)}
        fields = Fields(self._post("/api/v1/agent/claim", body, wait + 15), "the answer")
        printers, job = fields.take("printers"), fields.take("job")
        if not isinstance(printers, list):
            raise ValueError("printers is not a list")
        if job is not None and not isinstance(job, Mapping):
            raise ValueError("job is not an object")
        return Claim([printer_from_json(printer) for printer in printers], job)

    def pair(self) -> Pairing:
        """Ask to be let in; the token that came with a code is kept for the next time.

        ValueError if the answer is not understood.
        """
        fields = Fields(self._post("/api/v1/agent/pairing", {"token": self._token or None}, 10), "the answer")
        state, code = fields.text("state", empty=False), fields.take("code")
        told = Pairing(state == "approved", fields.text("token", empty=False), str(code or ""), fields.text("address"))
        self._token = told.token
        return told

    def report(self, job_id: int, state: str, detail: str) -> None:
        """Say what became of a job."""
        self._post(f"/api/v1/agent/jobs/{job_id}/report", {"state": state, "detail": detail}, 10)

    def health(self, body: Mapping[str, object]) -> None:
        """Say how agent and printers are."""
        self._post("/api/v1/agent/health", body, 10)

    def _post(self, path: str, body: Mapping[str, object], seconds: float) -> object:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data, headers)
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                text = answer.read(LONGEST_ANSWER)
        except urllib.error.HTTPError as error:
            error.close()
            raise Refused(error.code) from error
        except http.client.HTTPException as error:
            raise OSError(f"the server broke off: {error!r}") from error
        decoded: object = json.loads(text) if text else None
        return decoded


def health_json(
    printers: Mapping[int, tuple[PrinterHealth, Capabilities | None]], *, trouble: str | None
) -> dict[str, object]:
    """The body of a health report; `trouble` is what the agent's own PC lacks."""
    found = [
        {"id": number, **health.to_json(), "capabilities": None if able is None else able.to_json()}
        for number, (health, able) in printers.items()
    ]
    return {"printers": found, "trouble": trouble}


def printer_from_json(data: object) -> PrinterConfig:
    """A printer of the agent; ValueError with the field's name if anything is amiss."""
    fields = Fields(data, "a printer")
    able = fields.take("capabilities")
    config = PrinterConfig(
        id=fields.count("id"),
        code=fields.text("code", empty=False),
        url=fields.text("url", empty=False),
        paper_mm=fields.count("paper_mm"),
        capabilities=None if able is None else Capabilities.from_json(able),
    )
    fields.finish()
    return config


def printer_to_json(config: PrinterConfig) -> dict[str, object]:
    """Plain data that `printer_from_json` reads."""
    able = config.capabilities
    return {
        "id": config.id,
        "code": config.code,
        "url": config.url,
        "paper_mm": config.paper_mm,
        "capabilities": None if able is None else able.to_json(),
    }


def job_from_json(data: Mapping[str, object], printers: Mapping[int, PrinterConfig]) -> Job:
    """A job of one of the agent's printers; ValueError with the field's name if anything is amiss."""
    fields = Fields(data, "a job")
    number, printer_id = fields.count("id"), fields.count("printer")
    if printer_id not in printers:
        raise ValueError("printer is not one of this agent's")
    job = Job(
        id=number,
        copy_no=fields.count("copy_no"),
        slip=slip_from_json(fields.take("slip")),
        printer=printers[printer_id],
        options=TemplateOptions.from_json(fields.take("options")),
        clean_first=fields.flag("clean_first"),
    )
    fields.count("expires_in")
    fields.finish()
    return job
