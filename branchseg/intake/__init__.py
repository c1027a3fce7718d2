"""Reading customer lists: a file becomes typed, columnar tables, and columns get a meaning."""

from branchseg.intake.mapping import fingerprint, match
from branchseg.intake.reader import read

__all__ = ["fingerprint", "match", "read"]
