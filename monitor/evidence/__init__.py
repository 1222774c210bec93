"""Pages with hits as they were received, in WARC files that any archive can read."""

from monitor.evidence.export import Wanted, export_evidence
from monitor.evidence.folder import find_folder, list_files, measure_folder
from monitor.evidence.keeper import Evidence

__all__ = ["Evidence", "Wanted", "export_evidence", "find_folder", "list_files", "measure_folder"]
