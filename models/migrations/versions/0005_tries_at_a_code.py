"""Tries at a family's code, so that guessing does not pay."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "code_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("nth", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_code_tries_phone_id_phones")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_tries")),
        sa.UniqueConstraint("code", "nth", name=op.f("uq_code_tries_code_nth")),
    )
    with op.batch_alter_table("code_tries") as tries:
        tries.create_index(op.f("ix_code_tries_phone_id"), ["phone_id"])
        tries.create_index(op.f("ix_code_tries_at"), ["at"])


def downgrade() -> None:
    op.drop_table("code_tries")
