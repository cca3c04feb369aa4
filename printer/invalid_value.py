"""The error raised for invalid input of people: an address, a template, a picture."""

from __future__ import annotations


class InvalidValue(ValueError):
    """Invalid input; the text is English, for logs and consoles. Pages translate `code` with `facts`.

    `part` is the invalid field, where there are several.
    """

    def __init__(self, code: str, text: str, part: str = "", **facts: object) -> None:
        super().__init__(text)
        self.code = code
        self.part = part
        self.facts = facts
