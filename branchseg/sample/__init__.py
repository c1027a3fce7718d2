"""Invented customer lists: dirty on purpose for trying out and tests, large for benchmarks."""

from branchseg.sample.lists import AS_OF, SampleTruth, rows, write, write_accounts

__all__ = ["AS_OF", "SampleTruth", "rows", "write", "write_accounts"]
