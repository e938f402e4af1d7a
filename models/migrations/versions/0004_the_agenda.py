"""The agenda of the clock, waiting-list offers, moves, shared phones."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTIAL = {
    "ix_sign_ups_to_plan": ("sign_ups", ["id"], "planned_at IS NULL"),
    "ix_programs_to_plan": ("programs", ["id"], "to_plan"),
    "ix_students_to_plan": ("students", ["id"], "planned_at IS NULL"),
    "ix_agenda_to_look_at": ("agenda", ["look_at", "id"], "look_at IS NOT NULL"),
}


def added() -> dict[str, list[sa.Column[Any]]]:
    """The new columns of each table that was there before."""
    return {
        "sign_ups": [
            sa.Column("late_added", sa.Boolean(), server_default=sa.false(), nullable=False),
            sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
            sa.Column("leaves_on", sa.Date(), nullable=True),
            sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        ],
        "programs": [
            sa.Column("tells", sa.JSON(), nullable=True),
            sa.Column("sign_up_by", sa.Date(), nullable=True),
            sa.Column("to_plan", sa.Boolean(), server_default=sa.false(), nullable=False),
        ],
        "students": [sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True)],
    }


ABOUT = {"family": "families", "program": "programs", "room": "rooms", "sign_up": "sign_ups", "phone": "phones",
         "message": "messages"}  # fmt: skip
INDEXED = ("family", "program", "sign_up", "message")


def upgrade() -> None:
    for table, new in added().items():
        with op.batch_alter_table(table) as batch:
            for column in new:
                batch.add_column(column)
    op.create_table(
        "agenda",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(f"{one}_id", sa.Integer(), nullable=True) for one in ABOUT),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{many}.id"], name=op.f(f"fk_agenda_{one}_id_{many}"))
            for one, many in ABOUT.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda")),
        sa.UniqueConstraint("key", name=op.f("uq_agenda_key")),
    )
    with op.batch_alter_table("agenda") as agenda:
        for one in INDEXED:
            agenda.create_index(op.f(f"ix_agenda_{one}_id"), [f"{one}_id"])
    for name, (table, columns, condition) in PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("from_organization_id", sa.Integer(), nullable=True),
        sa.Column("to_organization_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("zone", sa.String(length=40), nullable=True),
        sa.Column("moves_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=320), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_moves_{column}_{table}"))
            for column, table in (
                ("family_id", "families"),
                ("from_organization_id", "organizations"),
                ("to_organization_id", "organizations"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    with op.batch_alter_table("moves") as moves:
        moves.create_index(op.f("ix_moves_family_id"), ["family_id"])
    op.create_table(
        "shared_phones",
        sa.Column("phone_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["phone_id"], ["phones.id"], name=op.f("fk_shared_phones_phone_id_phones")),
        sa.ForeignKeyConstraint(["family_id"], ["families.id"], name=op.f("fk_shared_phones_family_id_families")),
        sa.PrimaryKeyConstraint("phone_id", "family_id", name=op.f("pk_shared_phones")),
    )


def downgrade() -> None:
    op.drop_table("shared_phones")
    op.drop_table("moves")
    for name, (table, _columns, _condition) in PARTIAL.items():
        op.drop_index(name, table_name=table)
    op.drop_table("agenda")
    for table, gone in added().items():
        with op.batch_alter_table(table) as batch:
            for column in reversed(gone):
                batch.drop_column(column.name)
