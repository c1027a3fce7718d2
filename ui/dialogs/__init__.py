"""Dialogs: only for what must interrupt - faults, help, and choices that destroy something."""
