"""Work days: what each family told of its hours, and what is usual in a district in each season."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def hours() -> list[sa.Column[object]]:
    """The columns that both tables have."""
    return [
        sa.Column("pattern", sa.String(length=20), nullable=True),
        sa.Column("leaves_at", sa.Time(), nullable=True),
        sa.Column("home_at", sa.Time(), nullable=True),
        sa.Column("days_off", sa.JSON(), nullable=True),
        sa.Column("not_before", sa.Time(), nullable=True),
        sa.Column("not_after", sa.Time(), nullable=True),
    ]


def upgrade() -> None:
    op.create_table(
        "work_days",
        sa.Column("family_id", sa.Integer(), autoincrement=False, nullable=False),
        *hours(),
        sa.Column("before_work", sa.Boolean(), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("words", sa.String(length=320), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_work_days_family_id_families")),
        sa.PrimaryKeyConstraint("family_id", name=op.f("pk_work_days")),
    )
    op.create_table(
        "season_defaults",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organization_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        *hours(),
        sa.Column("first_month", sa.SmallInteger(), nullable=False),
        sa.Column("last_month", sa.SmallInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_season_defaults_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season_defaults")),
        sa.UniqueConstraint("organization_id", "name", name=op.f("uq_season_defaults_organization_id_name")),
    )
    with op.batch_alter_table("season_defaults") as seasons:
        seasons.create_index(op.f("ix_season_defaults_organization_id"), ["organization_id"])


def downgrade() -> None:
    op.drop_table("season_defaults")
    op.drop_table("work_days")
