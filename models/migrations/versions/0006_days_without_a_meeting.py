"""Days on which a program does not meet although its weekday comes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programs") as programs:
        programs.add_column(sa.Column("not_on", sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programs") as programs:
        programs.drop_column("not_on")
