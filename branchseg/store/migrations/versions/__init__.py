"""One module per schema change; released ones are never edited."""
