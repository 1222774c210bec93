"""Watched people and topics in an article, in any script. Pure."""

from monitor.matching.explain import explain
from monitor.matching.matcher import Matcher
from monitor.matching.query import Query, compile_query
from monitor.matching.similarity import similarity
from monitor.matching.suggest import suggest_names

__all__ = ["Matcher", "Query", "compile_query", "explain", "similarity", "suggest_names"]
