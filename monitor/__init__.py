"""diplowatch: outlets → clean articles → hits → stories → alerts and digests. docs/architecture.md is the map."""

__version__ = "0.1.0"
