"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store import fulltext
from monitor.store.schema import Id, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table('alert',
        sa.Column('id', Id, nullable=False),
        sa.Column('story_id', Id, server_default='0', nullable=False),
        sa.Column('article_id', Id, nullable=True),
        sa.Column('watchlist', sa.Text(), server_default='', nullable=False),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('channels', sa.JSON(), nullable=False),
        sa.Column('title', sa.Text(), server_default='', nullable=False),
        sa.Column('text', sa.Text(), server_default='', nullable=False),
        sa.Column('state', sa.Text(), server_default='owed', nullable=False),
        sa.Column('muted_by', Id, nullable=True),
        sa.Column('owed_at', Moment(), nullable=False),
        sa.Column('rendered_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_alert')),
        sa.UniqueConstraint('story_id', 'watchlist', 'kind', 'reason', name=op.f('uq_alert_story_id_watchlist_kind_reason'))
    )
    op.create_index('ix_alert_state_owed_at', 'alert', ['state', 'owed_at'], unique=False)
    op.create_table('article',
        sa.Column('id', Id, nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('link', sa.Text(), server_default='', nullable=False),
        sa.Column('canonical_url', sa.Text(), server_default='', nullable=False),
        sa.Column('outlet', sa.Text(), server_default='', nullable=False),
        sa.Column('headline', sa.Text(), server_default='', nullable=False),
        sa.Column('standfirst', sa.Text(), server_default='', nullable=False),
        sa.Column('language', sa.Text(), server_default='', nullable=False),
        sa.Column('authors', sa.JSON(), nullable=True),
        sa.Column('credits', sa.JSON(), nullable=True),
        sa.Column('published_at', Moment(), nullable=True),
        sa.Column('published_offset_s', sa.Integer(), nullable=True),
        sa.Column('modified_at', Moment(), nullable=True),
        sa.Column('seen_at', Moment(), nullable=False),
        sa.Column('listed_at', Moment(), nullable=True),
        sa.Column('text_hash', sa.Text(), server_default='', nullable=False),
        sa.Column('story_id', Id, nullable=True),
        sa.Column('duplicate_of', Id, nullable=True),
        sa.Column('new', sa.JSON(), nullable=True),
        sa.Column('is_baseline', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('paywalled', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('version', sa.Integer(), server_default='0', nullable=False),
        sa.Column('gone_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_article')),
        sa.UniqueConstraint('url', name=op.f('uq_article_url'))
    )
    op.create_index(op.f('ix_article_canonical_url'), 'article', ['canonical_url'], unique=False)
    op.create_index('ix_article_outlet_seen_at', 'article', ['outlet', 'seen_at'], unique=False)
    op.create_index('ix_article_seen_at', 'article', ['seen_at'], unique=False)
    op.create_index(op.f('ix_article_story_id'), 'article', ['story_id'], unique=False)
    op.create_index(op.f('ix_article_text_hash'), 'article', ['text_hash'], unique=False)
    op.create_table('attempt',
        sa.Column('id', Id, nullable=False),
        sa.Column('message_id', Id, nullable=False),
        sa.Column('at', Moment(), nullable=False),
        sa.Column('outcome', sa.Text(), server_default='', nullable=False),
        sa.Column('detail', sa.Text(), server_default='', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attempt'))
    )
    op.create_index(op.f('ix_attempt_message_id'), 'attempt', ['message_id'], unique=False)
    op.create_table('body',
        sa.Column('article_id', Id, autoincrement=False, nullable=False),
        sa.Column('body', sa.Text(), server_default='', nullable=False),
        sa.Column('removed', sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint('article_id', name=op.f('pk_body'))
    )
    op.create_table('candidate',
        sa.Column('id', Id, nullable=False),
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('address', sa.Text(), server_default='', nullable=False),
        sa.Column('outlet', sa.Text(), server_default='', nullable=False),
        sa.Column('source', sa.Text(), server_default='', nullable=False),
        sa.Column('title', sa.Text(), server_default='', nullable=False),
        sa.Column('summary', sa.Text(), server_default='', nullable=False),
        sa.Column('language', sa.Text(), server_default='', nullable=False),
        sa.Column('listed_at', Moment(), nullable=True),
        sa.Column('found_at', Moment(), nullable=False),
        sa.Column('state', sa.Text(), server_default='found', nullable=False),
        sa.Column('state_at', Moment(), nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('is_baseline', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('next_at', Moment(), nullable=True),
        sa.Column('article_id', Id, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_candidate')),
        sa.UniqueConstraint('url', name=op.f('uq_candidate_url'))
    )
    op.create_index('ix_candidate_outlet_state', 'candidate', ['outlet', 'state'], unique=False)
    op.create_index('ix_candidate_state_at', 'candidate', ['state_at'], unique=False)
    op.create_table('digest_window',
        sa.Column('id', Id, nullable=False),
        sa.Column('digest', sa.Text(), nullable=False),
        sa.Column('window_start', Moment(), nullable=False),
        sa.Column('window_end', Moment(), nullable=False),
        sa.Column('state', sa.Text(), server_default='owed', nullable=False),
        sa.Column('owed_at', Moment(), nullable=False),
        sa.Column('rendered_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_digest_window')),
        sa.UniqueConstraint('digest', 'window_end', name=op.f('uq_digest_window_digest_window_end'))
    )
    op.create_table('hit',
        sa.Column('id', Id, nullable=False),
        sa.Column('article_id', Id, nullable=False),
        sa.Column('entry', sa.Text(), server_default='', nullable=False),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('rule', sa.Text(), server_default='', nullable=False),
        sa.Column('field', sa.Text(), server_default='', nullable=False),
        sa.Column('start', sa.Integer(), server_default='0', nullable=False),
        sa.Column('end', sa.Integer(), server_default='0', nullable=False),
        sa.Column('text', sa.Text(), server_default='', nullable=False),
        sa.Column('sentence', sa.Text(), server_default='', nullable=False),
        sa.Column('suppressed', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_hit'))
    )
    op.create_index(op.f('ix_hit_article_id'), 'hit', ['article_id'], unique=False)
    op.create_index('ix_hit_entry_article_id', 'hit', ['entry', 'article_id'], unique=False)
    op.create_table('host',
        sa.Column('host', sa.Text(), nullable=False),
        sa.Column('next_allowed_at', Moment(), nullable=True),
        sa.Column('retry_after_at', Moment(), nullable=True),
        sa.Column('delay_s', sa.Float(), nullable=True),
        sa.Column('robots_text', sa.Text(), server_default='', nullable=False),
        sa.Column('robots_status', sa.Integer(), server_default='0', nullable=False),
        sa.Column('robots_at', Moment(), nullable=True),
        sa.Column('robots_tried_at', Moment(), nullable=True),
        sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
        sa.Column('closed_until', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('host', name=op.f('pk_host'))
    )
    op.create_table('message',
        sa.Column('id', Id, nullable=False),
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('alert_id', Id, nullable=True),
        sa.Column('window_id', Id, nullable=True),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('story_id', Id, nullable=True),
        sa.Column('channel', sa.Text(), server_default='', nullable=False),
        sa.Column('part', sa.Integer(), server_default='0', nullable=False),
        sa.Column('parts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('title', sa.Text(), server_default='', nullable=False),
        sa.Column('body', sa.Text(), server_default='', nullable=False),
        sa.Column('body_format', sa.Text(), server_default='', nullable=False),
        sa.Column('text', sa.Text(), server_default='', nullable=False),
        sa.Column('thread', sa.Text(), server_default='', nullable=False),
        sa.Column('payload', sa.Text(), server_default='', nullable=False),
        sa.Column('state', sa.Text(), server_default='owed', nullable=False),
        sa.Column('attempts', sa.Integer(), server_default='0', nullable=False),
        sa.Column('owed_at', Moment(), nullable=False),
        sa.Column('next_at', Moment(), nullable=True),
        sa.Column('lease_owner', sa.Text(), server_default='', nullable=False),
        sa.Column('lease_until', Moment(), nullable=True),
        sa.Column('sent_at', Moment(), nullable=True),
        sa.Column('problem', sa.Text(), server_default='', nullable=False),
        sa.Column('merged_into', Id, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message')),
        sa.UniqueConstraint('alert_id', 'window_id', 'channel', 'part', name=op.f('uq_message_alert_id_window_id_channel_part')),
        sa.UniqueConstraint('key', name=op.f('uq_message_key'))
    )
    op.create_index(op.f('ix_message_alert_id'), 'message', ['alert_id'], unique=False)
    op.create_index('ix_message_channel_owed_at', 'message', ['channel', 'owed_at'], unique=False)
    op.create_index(op.f('ix_message_merged_into'), 'message', ['merged_into'], unique=False)
    op.create_index('ix_message_state_next_at', 'message', ['state', 'next_at'], unique=False)
    op.create_index(op.f('ix_message_story_id'), 'message', ['story_id'], unique=False)
    op.create_table('meta',
        sa.Column('key', sa.Text(), nullable=False),
        sa.Column('value', sa.Text(), server_default='', nullable=False),
        sa.PrimaryKeyConstraint('key', name=op.f('pk_meta'))
    )
    op.create_table('name_count',
        sa.Column('person', sa.Text(), nullable=False),
        sa.Column('language', sa.Text(), nullable=False),
        sa.Column('surname', sa.Integer(), server_default='0', nullable=False),
        sa.Column('full', sa.Integer(), server_default='0', nullable=False),
        sa.Column('other', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('person', 'language', name=op.f('pk_name_count'))
    )
    op.create_table('outlet',
        sa.Column('slug', sa.Text(), nullable=False),
        sa.Column('name', sa.Text(), server_default='', nullable=False),
        sa.Column('enabled', sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column('added_at', Moment(), nullable=False),
        sa.Column('baseline_at', Moment(), nullable=True),
        sa.Column('next_poll_at', Moment(), nullable=True),
        sa.Column('lease_owner', sa.Text(), server_default='', nullable=False),
        sa.Column('lease_until', Moment(), nullable=True),
        sa.Column('epoch', sa.Integer(), server_default='0', nullable=False),
        sa.Column('last_poll_at', Moment(), nullable=True),
        sa.Column('last_success_at', Moment(), nullable=True),
        sa.Column('last_article_at', Moment(), nullable=True),
        sa.Column('state', sa.Text(), server_default='new', nullable=False),
        sa.Column('state_since', Moment(), nullable=True),
        sa.Column('why', sa.Text(), server_default='', nullable=False),
        sa.Column('todo', sa.Text(), server_default='', nullable=False),
        sa.Column('failures', sa.Integer(), server_default='0', nullable=False),
        sa.Column('empties', sa.Integer(), server_default='0', nullable=False),
        sa.Column('usual_gap_s', sa.Float(), nullable=True),
        sa.Column('past', sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint('slug', name=op.f('pk_outlet'))
    )
    op.create_index(op.f('ix_outlet_next_poll_at'), 'outlet', ['next_poll_at'], unique=False)
    op.create_table('raw_page',
        sa.Column('article_id', Id, autoincrement=False, nullable=False),
        sa.Column('fetched_at', Moment(), nullable=False),
        sa.Column('html', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('article_id', name=op.f('pk_raw_page'))
    )
    op.create_table('silence',
        sa.Column('id', Id, nullable=False),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('value', sa.Text(), server_default='', nullable=False),
        sa.Column('until', Moment(), nullable=False),
        sa.Column('reason', sa.Text(), server_default='', nullable=False),
        sa.Column('created_at', Moment(), nullable=False),
        sa.Column('ended_at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_silence'))
    )
    op.create_table('site_memory',
        sa.Column('outlet', sa.Text(), nullable=False),
        sa.Column('blob', sa.LargeBinary(), nullable=False),
        sa.Column('at', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('outlet', name=op.f('pk_site_memory'))
    )
    op.create_table('source',
        sa.Column('url', sa.Text(), nullable=False),
        sa.Column('outlet', sa.Text(), server_default='', nullable=False),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('etag', sa.Text(), server_default='', nullable=False),
        sa.Column('last_modified', sa.Text(), server_default='', nullable=False),
        sa.Column('status', sa.Integer(), server_default='0', nullable=False),
        sa.Column('checked_at', Moment(), nullable=True),
        sa.Column('changed_at', Moment(), nullable=True),
        sa.Column('full_at', Moment(), nullable=True),
        sa.Column('entries', sa.Integer(), server_default='0', nullable=False),
        sa.Column('problem', sa.Text(), server_default='', nullable=False),
        sa.Column('asleep_until', Moment(), nullable=True),
        sa.PrimaryKeyConstraint('url', name=op.f('pk_source'))
    )
    op.create_index(op.f('ix_source_outlet'), 'source', ['outlet'], unique=False)
    op.create_table('step',
        sa.Column('id', Id, nullable=False),
        sa.Column('candidate_id', Id, nullable=False),
        sa.Column('at', Moment(), nullable=False),
        sa.Column('step', sa.Text(), server_default='', nullable=False),
        sa.Column('outcome', sa.Text(), server_default='', nullable=False),
        sa.Column('detail', sa.Text(), server_default='', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_step'))
    )
    op.create_index(op.f('ix_step_candidate_id'), 'step', ['candidate_id'], unique=False)
    op.create_table('story',
        sa.Column('id', Id, nullable=False),
        sa.Column('headline', sa.Text(), server_default='', nullable=False),
        sa.Column('language', sa.Text(), server_default='', nullable=False),
        sa.Column('lead_article_id', Id, nullable=True),
        sa.Column('first_seen_at', Moment(), nullable=False),
        sa.Column('updated_at', Moment(), nullable=False),
        sa.Column('merged_into', Id, nullable=True),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_story'))
    )
    op.create_index(op.f('ix_story_first_seen_at'), 'story', ['first_seen_at'], unique=False)
    op.create_index(op.f('ix_story_updated_at'), 'story', ['updated_at'], unique=False)
    op.create_table('told',
        sa.Column('window_id', Id, autoincrement=False, nullable=False),
        sa.Column('story_id', Id, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('window_id', 'story_id', name=op.f('pk_told'))
    )
    op.create_table('verdict',
        sa.Column('id', Id, nullable=False),
        sa.Column('hit_id', Id, nullable=False),
        sa.Column('verdict', sa.Text(), server_default='', nullable=False),
        sa.Column('at', Moment(), nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_verdict'))
    )
    op.create_index(op.f('ix_verdict_hit_id'), 'verdict', ['hit_id'], unique=False)
    op.create_table('version',
        sa.Column('id', Id, nullable=False),
        sa.Column('article_id', Id, nullable=False),
        sa.Column('seen_at', Moment(), nullable=False),
        sa.Column('headline', sa.Text(), server_default='', nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('change', sa.Text(), server_default='', nullable=False),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_version'))
    )
    op.create_index(op.f('ix_version_article_id'), 'version', ['article_id'], unique=False)
    op.create_table('worker',
        sa.Column('name', sa.Text(), nullable=False),
        sa.Column('pid', sa.Integer(), server_default='0', nullable=False),
        sa.Column('kind', sa.Text(), server_default='', nullable=False),
        sa.Column('started_at', Moment(), nullable=True),
        sa.Column('at', Moment(), nullable=True),
        sa.Column('polls', sa.Integer(), server_default='0', nullable=False),
        sa.Column('pages', sa.Integer(), server_default='0', nullable=False),
        sa.Column('rss_mb', sa.Integer(), server_default='0', nullable=False),
        sa.PrimaryKeyConstraint('name', name=op.f('pk_worker'))
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(fulltext.CREATE)
