"""The print agent's client for the server's API: JSON over HTTP; all requests come from the agent.

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

from printer.paper.fields import Fields
from printer.ports import Capabilities, Job, JobState, PrinterConfig, PrinterHealth, TemplateOptions, slip_from_json

LONGEST_ANSWER = 1_000_000
"""Largest response that is read, in bytes."""
_NO_PROXY = urllib.request.ProxyHandler({})


class RequestRefused(Exception):
    """The server refused a request; `status` is the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the server answered {status}")
        self.status = status


@dataclass(frozen=True, slots=True)
class ClaimResponse:
    """Response to a claim: the agent's printers, and a job as decoded JSON, or None."""

    printers: Sequence[PrinterConfig]
    job: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class PairingResponse:
    """Response to a pairing request: a code that staff approve at `address`, or `approved` once they have."""

    approved: bool
    token: str
    code: str
    address: str


class ServerClient:
    """The server's API for print agents. Every call raises OSError if the server cannot be reached, and Refused."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the server's address is http://HOST or https://HOST, with a port if need be")
        self._base = url.rstrip("/")
        self._token = token
        self._opener = urllib.request.build_opener(_NO_PROXY)

    def claim(self, wait: int, have: Sequence[int]) -> ClaimResponse:
        """Claim a job, waiting up to `wait` seconds; `have` are the ids of jobs that the agent holds already.

        Raises ValueError if the response cannot be parsed.
        """
        body = {"wait": wait, "have": list(have)}
        fields = Fields(self._post("/api/v1/agent/claim", body, wait + 15), "the answer")
        printers, job = fields.take("printers"), fields.take("job")
        if not isinstance(printers, list):
            raise ValueError("printers is not a list")
        if job is not None and not isinstance(job, Mapping):
            raise ValueError("job is not an object")
        return ClaimResponse([printer_from_json(printer) for printer in printers], job)

    def pair(self) -> PairingResponse:
        """Request pairing; the token that came with a code is sent with the next request.

        Raises ValueError if the response cannot be parsed.
        """
        fields = Fields(self._post("/api/v1/agent/pairing", {"token": self._token or None}, 10), "the answer")
        state, code = fields.text("state", empty=False), fields.take("code")
        token, address = fields.text("token", empty=False), fields.text("address")
        pairing = PairingResponse(state == "approved", token, str(code or ""), address)
        self._token = pairing.token
        return pairing

    def report(self, job_id: int, state: JobState, detail: str) -> None:
        """Report the outcome of a job."""
        self._post(f"/api/v1/agent/jobs/{job_id}/report", {"state": state, "detail": detail}, 10)

    def health(self, body: Mapping[str, object]) -> None:
        """Report the health of the agent and its printers."""
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
            raise RequestRefused(error.code) from error
        except http.client.HTTPException as error:
            raise OSError(f"the server broke off: {error!r}") from error
        decoded: object = json.loads(text) if text else None
        return decoded


def health_json(
    printers: Mapping[int, tuple[PrinterHealth, Capabilities | None]], *, trouble: str | None
) -> dict[str, object]:
    """Build the body of a health report; `trouble` is the code of what the agent's own PC lacks."""
    entries = [
        {"id": number, **health.to_json(), "capabilities": None if capabilities is None else capabilities.to_json()}
        for number, (health, capabilities) in printers.items()
    ]
    return {"printers": entries, "trouble": trouble}


def printer_from_json(data: object) -> PrinterConfig:
    """Parse a printer of the agent. Raises ValueError with the name of an invalid field."""
    fields = Fields(data, "a printer")
    capabilities = fields.take("capabilities")
    config = PrinterConfig(
        id=fields.count("id"),
        code=fields.text("code", empty=False),
        url=fields.text("url", empty=False),
        paper_mm=fields.count("paper_mm"),
        capabilities=None if capabilities is None else Capabilities.from_json(capabilities),
    )
    fields.finish()
    return config


def printer_to_json(config: PrinterConfig) -> dict[str, object]:
    """Return plain data that `printer_from_json` parses."""
    capabilities = config.capabilities
    return {
        "id": config.id,
        "code": config.code,
        "url": config.url,
        "paper_mm": config.paper_mm,
        "capabilities": None if capabilities is None else capabilities.to_json(),
    }


def job_from_json(data: Mapping[str, object], printers: Mapping[int, PrinterConfig]) -> Job:
    """Parse a job of one of the agent's printers. Raises ValueError with the name of an invalid field."""
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
