"""What columns mean is kept with its import and taken back with it; an index of who is where.

A mapping and its import were saved at one moment, so that older rows find theirs; a row without
one counts for ever. Names are written out, not taken from the program: this module must stay as
it was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.rename_table("column_mappings", "column_mappings_0004")
    op.create_table(
        "column_mappings",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("batch_id", sa.Integer, sa.ForeignKey(
            "batches.id", name="fk_column_mappings_batch_id", ondelete="CASCADE")),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("columns", sa.JSON, nullable=False),
    )
    op.create_index("ix_column_mappings_batch_id", "column_mappings", ["batch_id"])
    op.execute(
        "INSERT INTO column_mappings (batch_id, fingerprint, columns) "
        "SELECT (SELECT max(id) FROM batches WHERE imported_at = used_at), "
        "fingerprint, columns FROM column_mappings_0004 ORDER BY used_at")
    op.drop_table("column_mappings_0004")
    op.drop_index("ix_customers_customer_id", "customers")
    op.create_index("ix_customers_customer_id_batch_id", "customers",
                    ["customer_id", "batch_id"])
