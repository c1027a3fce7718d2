"""The last day of a task by the rules, beside the day it is planned for.

Names are written out, not taken from the program: this module must stay as it was released.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("tasks", sa.Column("latest", sa.Date))
