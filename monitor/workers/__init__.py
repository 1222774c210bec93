"""Many workers on many machines over one PostgreSQL: shards as jobs, one scheduler, many senders. Touches processes and the store."""

from monitor.workers.process import run_worker

__all__ = ["run_worker"]
