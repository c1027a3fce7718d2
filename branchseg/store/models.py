"""Fitted models that are kept to be applied to later lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from branchseg.errors import StoreError
from branchseg.store.db import Database
from branchseg.store.records import KeptModel
from branchseg.store.schema import KEPT_MODELS

if TYPE_CHECKING:
    from datetime import datetime


class KeptModels(Database):
    """The part of the vault that keeps models."""

    def kept_models(self, model: str | None = None) -> list[KeptModel]:
        """All that are kept, or those of one model, the last first: that one is applied."""
        table = KEPT_MODELS
        chosen = select(table).order_by(table.c.id.desc())
        if model is not None:
            chosen = chosen.where(table.c.model == model)
        with self._begin() as connection:
            return [
                KeptModel(row.model, row.as_of, row.data_hash, row.seed, tuple(row.features),
                          row.quality, tuple(row.names), row.fitted, row.id)
                for row in connection.execute(chosen)]

    def keep_model(self, kept: KeptModel, *, at: datetime) -> int:
        """Keep a new one, or one that was renamed or removed, under its id; returns the id."""
        table = KEPT_MODELS
        row = {"model": kept.model, "as_of": kept.as_of, "data_hash": kept.data_hash,
               "seed": kept.seed, "features": list(kept.features),
               "quality": dict(kept.quality), "names": list(kept.names),
               "fitted": dict(kept.fitted), "kept_at": at}
        with self._begin() as connection:
            if kept.id is not None and connection.execute(
                    update(table).where(table.c.id == kept.id).values(row)).rowcount:
                return kept.id
            return int(connection.execute(insert(table).values({**row, "id": kept.id}).returning(
                table.c.id)).scalar_one())

    def remove_model(self, model_id: int) -> None:
        """Forget one. Raises StoreError `store.model_gone` for an unknown id."""
        with self._begin() as connection:
            done = connection.execute(delete(KEPT_MODELS).where(KEPT_MODELS.c.id == model_id))
            if not done.rowcount:
                raise StoreError("store.model_gone")
