"""今日: open tasks and the outcomes that come back."""
