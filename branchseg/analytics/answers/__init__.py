"""One module per model: from a table and a specification to an `Answer`.

The statistics are in `branchseg.analytics`; here columns are read, and what was found is judged
and put into words. Modules are imported when a model is asked for: some need heavy libraries.
"""
