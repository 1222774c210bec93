"""PostgreSQL: each text names its part of the archive in the full text; texts from before wait to be indexed anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        return
    newest = connection.execute(sa.text("SELECT max(article_id) FROM article_search")).scalar()
    if newest is None:
        return
    op.execute("INSERT INTO unindexed (article_id) SELECT article_id FROM article_search ON CONFLICT DO NOTHING")
    connection.execute(
        sa.text("INSERT INTO meta (key, value) VALUES ('search_parts_since', :since)"), {"since": str(newest + 1)}
    )
