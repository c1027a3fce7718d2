"""A Windows Job Object: caps a child's memory, and ends the child with its parent.

Constants and structures after winnt.h (JOBOBJECT_EXTENDED_LIMIT_INFORMATION).
"""

from __future__ import annotations

import ctypes
from ctypes import wintypes
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import subprocess

_EXTENDED_LIMITS = 9
_PROCESS_MEMORY, _DIE_ON_EXCEPTION, _KILL_ON_CLOSE = 0x0100, 0x0400, 0x2000


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("PerProcessUserTimeLimit", wintypes.LARGE_INTEGER),
        ("PerJobUserTimeLimit", wintypes.LARGE_INTEGER),
        ("LimitFlags", wintypes.DWORD),
        ("MinimumWorkingSetSize", ctypes.c_size_t),
        ("MaximumWorkingSetSize", ctypes.c_size_t),
        ("ActiveProcessLimit", wintypes.DWORD),
        ("Affinity", ctypes.c_size_t),
        ("PriorityClass", wintypes.DWORD),
        ("SchedulingClass", wintypes.DWORD),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("BasicLimitInformation", _BasicLimits),
        ("IoInfo", ctypes.c_ulonglong * 6),
        ("ProcessMemoryLimit", ctypes.c_size_t),
        ("JobMemoryLimit", ctypes.c_size_t),
        ("PeakProcessMemoryUsed", ctypes.c_size_t),
        ("PeakJobMemoryUsed", ctypes.c_size_t),
    )


class Job:
    """Holds one child process; closing the job ends the child."""

    def __init__(self, process: subprocess.Popen[bytes], max_bytes: int) -> None:
        """Raises OSError where Windows refuses."""
        self._kernel: Any = ctypes.WinDLL("kernel32", use_last_error=True)  # type: ignore[attr-defined]
        self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
        self._handle = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
        limits = _ExtendedLimits()
        limits.BasicLimitInformation.LimitFlags = (
            _PROCESS_MEMORY | _DIE_ON_EXCEPTION | _KILL_ON_CLOSE
        )
        limits.ProcessMemoryLimit = max_bytes
        child = wintypes.HANDLE(int(process._handle))  # type: ignore[attr-defined]
        done = self._kernel.SetInformationJobObject(
            self._handle, _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        ) and self._kernel.AssignProcessToJobObject(self._handle, child)
        if not done:
            raise ctypes.WinError(ctypes.get_last_error())  # type: ignore[attr-defined]

    def __del__(self) -> None:
        """Close the job."""
        self._kernel.CloseHandle(self._handle)
