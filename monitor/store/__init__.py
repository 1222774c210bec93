"""The archive, the ledger and the outbox. Touches the database."""

from monitor.store.database import Store, open_store

__all__ = ["Store", "open_store"]
