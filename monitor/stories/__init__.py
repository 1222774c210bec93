"""One event, one story: copies, assignment, what is new. Pure."""

from monitor.stories.frames import Frame, read_frame
from monitor.stories.index import StoryIndex
from monitor.stories.piece import Piece
from monitor.stories.stream import StoryStream, cluster_stream
from monitor.stories.versions import Change, Edit, compare_versions
from monitor.stories.voices import find_voice, independent_voices

__all__ = [
    "Change",
    "Edit",
    "Frame",
    "Piece",
    "StoryIndex",
    "StoryStream",
    "cluster_stream",
    "compare_versions",
    "find_voice",
    "independent_voices",
    "read_frame",
]
