"""The rules that were saved one after the other, and what was agreed on their thresholds."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from branchseg.errors import StoreError
from branchseg.store.db import Database
from branchseg.store.records import Agreement, RuleVersion
from branchseg.store.schema import RULE_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


class RuleVersions(Database):
    """The part of the vault that keeps versions of the rules."""

    def rule_versions(self) -> list[RuleVersion]:
        """All that are kept, those taken back too; the last first."""
        table = RULE_VERSIONS
        with self._begin() as connection:
            return [
                RuleVersion(row.ruleset_id, row.sources, row.saved_at,
                            {key: _agreement(kept) for key, kept in row.agreements.items()},
                            row.id, row.withdrawn_at, row.note, row.agreed_by)
                for row in connection.execute(select(table).order_by(table.c.id.desc()))]

    def keep_rule_version(self, version: RuleVersion) -> int:
        """Keep a new one, or put one that was removed back under its id; returns the id."""
        row = {"id": version.id, "ruleset_id": version.ruleset_id, "saved_at": version.saved_at,
               "withdrawn_at": version.withdrawn_at, "note": version.note,
               "agreed_by": version.agreed_by,
               "sources": dict(version.sources),
               "agreements": {key: _table(one) for key, one in version.agreements.items()}}
        with self._begin() as connection:
            return int(connection.execute(insert(RULE_VERSIONS).values(row).returning(
                RULE_VERSIONS.c.id)).scalar_one())

    def withdraw_rule_version(self, version_id: int, at: datetime | None) -> None:
        """Say that one was taken back at a moment, or (None) that it is not.

        Raises StoreError `store.version_gone` for an unknown id.
        """
        table = RULE_VERSIONS
        with self._begin() as connection:
            done = connection.execute(
                update(table).where(table.c.id == version_id).values(withdrawn_at=at))
            if not done.rowcount:
                raise StoreError("store.version_gone")

    def remove_rule_version(self, version_id: int) -> None:
        """Forget one that could not be put in force.

        Raises StoreError `store.version_gone` for an unknown id.
        """
        with self._begin() as connection:
            done = connection.execute(
                delete(RULE_VERSIONS).where(RULE_VERSIONS.c.id == version_id))
            if not done.rowcount:
                raise StoreError("store.version_gone")


def _table(agreement: Agreement) -> dict[str, Any]:
    """Plain values."""
    day = agreement.agreed_on
    return {"note": agreement.note, "agreed_by": agreement.agreed_by,
            "agreed_on": None if day is None else day.isoformat(), "value": agreement.value}


def _agreement(kept: Mapping[str, Any]) -> Agreement:
    day = kept["agreed_on"]
    return Agreement(kept["note"], kept["agreed_by"],
                     None if day is None else date.fromisoformat(day), kept["value"])
