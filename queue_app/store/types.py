"""Column types shared by all tables."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Integer, String, TypeDecorator

from queue_app.domain.print_outcome import Outcome

# SQLite gives its fast rowid only to INTEGER PRIMARY KEY; elsewhere ids are 64 bit.
Id = BigInteger().with_variant(Integer, "sqlite")

# Instants are milliseconds since the epoch, UTC, on every database (decision 003).
Instant = BigInteger

Json = JSON


class OutcomeJson(TypeDecorator[Outcome]):
    """Why a print job or printer is as it is; null: there is nothing to say."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Outcome | None, dialect: Dialect) -> dict[str, object] | None:
        return None if value is None else value.to_json()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Outcome | None:
        return None if value is None else Outcome.from_json(value)


class Day(TypeDecorator[date]):
    """A business date as ISO text: sorts and compares the same on every database."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)
