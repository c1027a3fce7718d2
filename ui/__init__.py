"""The window of branchseg: PySide6 Widgets, the only place that knows Qt."""
