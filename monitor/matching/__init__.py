"""Watched people and topics in an article, in any script. Pure."""

from monitor.matching.engine import Matcher, explain, suggest_names
from monitor.matching.query import Query, compile_query

__all__ = ["Matcher", "Query", "compile_query", "explain", "suggest_names"]
