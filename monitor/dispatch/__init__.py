"""ROAD 2: what is owed becomes messages, messages are sent, outcomes are recorded. Touches store and channels."""

from monitor.dispatch.road import Dispatch

__all__ = ["Dispatch"]
