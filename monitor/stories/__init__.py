"""One event, one story: copies, assignment, what is new. Pure."""

from monitor.stories.index import StoryIndex
from monitor.stories.piece import Piece
from monitor.stories.stream import StoryStream

__all__ = ["Piece", "StoryIndex", "StoryStream"]
