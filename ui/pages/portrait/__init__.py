"""The 360 degree portrait of one customer."""
