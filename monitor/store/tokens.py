"""Tokens of programs that ask the desk's API: kept as hashes, each with a scope. Touches the database."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

import sqlalchemy as sa

from monitor.store import schema
from monitor.store.database import Store
from monitor.store.learned import load_meta, save_meta

Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
MARK = "token:"  # keys of `meta`, followed by the hash
SHOWN = "dw_"  # by which a secret scanner knows one


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    name: str
    scope: str
    made_at: str


def make_token(store: Store, name: str, scope: Scope, now: datetime) -> str:
    """A new token, told this once: only its hash is kept. "" when the name is taken."""
    if any(known.name == name for known in list_tokens(store)):
        return ""
    token = SHOWN + secrets.token_urlsafe(32)
    row = {"name": name, "scope": scope, "made_at": now.isoformat(timespec="seconds")}
    with store.write() as connection:
        save_meta(connection, _key(token), json.dumps(row))
    return token


def find_scope(store: Store, token: str) -> str:
    """What a token may do; "" for an unknown one."""
    if not token.startswith(SHOWN) or len(token) > 100:
        return ""
    with store.read() as connection:
        row = load_meta(connection, _key(token))
    return str(json.loads(row)["scope"]) if row else ""


def list_tokens(store: Store) -> list[Token]:
    """Every token by name; never the token itself."""
    return sorted((token for _, token in _rows(store)), key=lambda token: token.name)


def end_token(store: Store, name: str) -> bool:
    """Takes a token back; False when there is none of that name."""
    keys = [key for key, token in _rows(store) if token.name == name]
    with store.write() as connection:
        connection.execute(sa.delete(schema.meta).where(schema.meta.c.key.in_(keys)))
    return bool(keys)


def _rows(store: Store) -> list[tuple[str, Token]]:
    m = schema.meta.c
    with store.read() as connection:
        rows = connection.execute(sa.select(m.key, m.value).where(m.key.like(f"{MARK}%"))).all()
    return [(row.key, Token(**json.loads(row.value))) for row in rows]


def _key(token: str) -> str:
    """A token has 256 random bits: a plain hash cannot be guessed back."""
    return MARK + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
