"""Building blocks the pages are made of; none of them knows a page, a rule or the vault.

Import the modules, not this package: `table` and `figure` pull in numpy and matplotlib and must
stay unloaded until the window is on the screen.
"""
