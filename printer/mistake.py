"""What is wrong with something that people gave: an address, a template, a picture."""

from __future__ import annotations


class Mistake(ValueError):
    """The text is English, for logs and consoles; whoever knows languages makes a sentence of `code` and `facts`.

    `part` is the field that is wrong, where there are several.
    """

    def __init__(self, code: str, text: str, part: str = "", **facts: object) -> None:
        super().__init__(text)
        self.code = code
        self.part = part
        self.facts = facts
