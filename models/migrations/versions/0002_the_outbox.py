"""The outbox: what delivery needs of a message, the pace, heartbeats, WhatsApp templates."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PARTIAL = {
    "ix_messages_to_try": (["lane", "try_at", "id"], "try_at IS NOT NULL"),
    "ix_messages_in_flight": (["claimed_at"], "state = 'sending' AND try_at IS NULL"),
    "ix_messages_outbox": (["due_at"], "lane IS NOT NULL"),
}


def upgrade() -> None:
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("lane", sa.SmallInteger(), nullable=True))
        messages.add_column(sa.Column("try_at", sa.DateTime(timezone=True), nullable=True))
        messages.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        messages.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        messages.add_column(sa.Column("retry_of_id", sa.Integer(), nullable=True))
        messages.create_unique_constraint(op.f("uq_messages_retry_of_id"), ["retry_of_id"])
        messages.create_foreign_key(op.f("fk_messages_retry_of_id_messages"), "messages", ["retry_of_id"], ["id"])
    for name, (columns, condition) in PARTIAL.items():
        where = sa.text(condition)
        op.create_index(name, "messages", columns, sqlite_where=where, postgresql_where=where)
    with op.batch_alter_table("phones") as phones:
        phones.add_column(sa.Column("whatsapp_unreachable", sa.String(length=20), nullable=True))
    gone = sa.text("opted_out_at IS NOT NULL")
    op.create_index("ix_phones_opted_out_at", "phones", ["opted_out_at"], sqlite_where=gone, postgresql_where=gone)
    with op.batch_alter_table("tasks") as tasks:
        tasks.add_column(sa.Column("message_id", sa.Integer(), nullable=True))
        tasks.create_foreign_key(op.f("fk_tasks_message_id_messages"), "messages", ["message_id"], ["id"])
        tasks.create_index(op.f("ix_tasks_message_id"), ["message_id"])
    op.create_table(
        "paces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paces")),
    )
    op.execute("INSERT INTO paces (id, free_at) VALUES (1, '2000-01-01 00:00:00.000000')")
    op.create_table(
        "heartbeats",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "templates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("content_sid", sa.String(length=34), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=20), nullable=True),
        sa.Column("rejection_reason", sa.String(length=200), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("purpose", "language", name=op.f("uq_templates_purpose_language")),
    )


def downgrade() -> None:
    op.drop_table("templates")
    op.drop_table("heartbeats")
    op.drop_table("paces")
    with op.batch_alter_table("tasks") as tasks:
        tasks.drop_index(op.f("ix_tasks_message_id"))
        tasks.drop_constraint(op.f("fk_tasks_message_id_messages"), type_="foreignkey")
        tasks.drop_column("message_id")
    op.drop_index("ix_phones_opted_out_at", table_name="phones")
    with op.batch_alter_table("phones") as phones:
        phones.drop_column("whatsapp_unreachable")
    for name in PARTIAL:
        op.drop_index(name, table_name="messages")
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint(op.f("fk_messages_retry_of_id_messages"), type_="foreignkey")
        messages.drop_constraint(op.f("uq_messages_retry_of_id"), type_="unique")
        for column in ("retry_of_id", "attempts", "claimed_at", "try_at", "lane"):
            messages.drop_column(column)
