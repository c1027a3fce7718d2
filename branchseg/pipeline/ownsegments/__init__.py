"""Own segments (自建客群): customers a branch chooses by conditions or one by one."""

from branchseg.pipeline.ownsegments.binding import (
    Belonging,
    Calling,
    belonging,
    bindable,
    calling,
)
from branchseg.pipeline.ownsegments.contrast import Difference, Overlap, differences, overlap
from branchseg.pipeline.ownsegments.crowd import (
    Crowd,
    Offer,
    OfferedPreset,
    Tally,
    bound_action,
    definition,
    masks,
    member_ids,
    members,
    members_of,
    offered_presets,
    offers,
    read,
    tallies,
)
from branchseg.pipeline.ownsegments.quality import Point, TwoLists, last_two_lists, quality
from branchseg.pipeline.ownsegments.spec import STAFF_TAG, Spec, load

__all__ = [
    "STAFF_TAG", "Belonging", "Calling", "Crowd", "Difference", "Offer", "OfferedPreset",
    "Overlap", "Point", "Spec", "Tally", "TwoLists", "belonging", "bindable", "bound_action",
    "calling", "definition", "differences", "last_two_lists", "load", "masks", "member_ids",
    "members", "members_of", "offered_presets", "offers", "overlap", "quality", "read", "tallies",
]
