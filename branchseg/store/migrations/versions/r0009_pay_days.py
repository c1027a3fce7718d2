"""The last pay-day, and the balance before it and some days after it.

Names are written out, not taken from the program: this module must stay as it was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_AMOUNTS = ("pay_before", "pay_after_1", "pay_after_3", "pay_after_7", "pay_after_15")


def upgrade() -> None:
    for table in ("customers", "walk_ins"):
        op.add_column(table, sa.Column("pay_day", sa.Integer))
        for name in _AMOUNTS:
            op.add_column(table, sa.Column(name, sa.Float))
