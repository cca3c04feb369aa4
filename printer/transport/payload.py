"""A job in every form that a transport may need, rendered on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from printer.paper import preview
from printer.paper.document import document_length_mm, paper_size
from printer.paper.ticket import interrupted_mark, lay_out
from printer.transport import escpos

if TYPE_CHECKING:
    from printer.executor import Executor
    from printer.ports import Job
    from printer.transport.printer_models import Model


class Payload(Protocol):
    """A job as transports use it."""

    @property
    def job_id(self) -> int:
        """Id of the job."""
        ...

    def png(self) -> bytes:
        """Return the preview of the slip as PNG."""
        ...

    def interrupted_mark(self) -> bytes:
        """Return the ESC/POS bytes that mark an interrupted print before this job and cut it off."""
        ...

    def bytes(self) -> bytes:
        """Return the ESC/POS bytes of the job with the cut."""
        ...


class RenderedJob:
    """A job of the spooler, laid out. Raises ValueError for an unsupported width of paper."""

    def __init__(self, job: Job, model: Model, offload: Executor) -> None:
        self.job_id = job.id
        self._model = model
        self._paper = paper_size(job.printer.paper_mm, model.dpi)
        self._document = lay_out(job.slip, self._paper, job.copy_no, job.options, qr=model.qr != "none")
        self._offload = offload

    @property
    def length_mm(self) -> int:
        """Length of paper that the job uses, in millimetres."""
        return document_length_mm(self._document, self._paper)

    def png(self) -> bytes:
        """Return the preview of the slip as PNG."""
        return self._offload(lambda: preview.render(self._document, self._paper))

    def interrupted_mark(self) -> bytes:
        """Return the ESC/POS bytes that mark an interrupted print and cut it off."""
        return escpos.encode(interrupted_mark(), self._paper, self._model)

    def bytes(self) -> bytes:
        """Return the ESC/POS bytes of the job with the cut."""
        return escpos.encode(self._document, self._paper, self._model)
