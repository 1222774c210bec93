"""One event, one story: copies, assignment, what is new. Pure."""

from monitor.stories.frames import Frame, from_record, read_frame, to_record
from monitor.stories.index import StoryIndex
from monitor.stories.piece import Piece
from monitor.stories.readouts import ReadOuts, Telling, pair_readouts
from monitor.stories.stream import StoryStream, cluster_stream
from monitor.stories.summary import say_event, sum_up
from monitor.stories.versions import Change, Edit, compare_versions
from monitor.stories.voices import find_voice, independent_voices

__all__ = [
    "Change",
    "Edit",
    "Frame",
    "Piece",
    "ReadOuts",
    "StoryIndex",
    "StoryStream",
    "Telling",
    "cluster_stream",
    "compare_versions",
    "find_voice",
    "from_record",
    "independent_voices",
    "pair_readouts",
    "read_frame",
    "say_event",
    "sum_up",
    "to_record",
]
