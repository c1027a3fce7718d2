"""设置: rules in words, thresholds with live effect, look and data."""
