"""The archive worked over with today's cleaner, watches and story rules; nothing is sent. Touches the store."""

from monitor.reprocess.parts import Bench, do_part, do_ready

__all__ = ["Bench", "do_part", "do_ready"]
