"""branchseg: sort a branch's customer lists and print follow-up task sheets, offline."""

__version__ = "0.1.0"
