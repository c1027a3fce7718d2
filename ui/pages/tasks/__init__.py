"""任务单: choose, preview and print task sheets."""
