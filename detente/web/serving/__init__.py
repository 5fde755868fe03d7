"""``detente serve``: the workbench started from the command line.

Only ``command`` is imported to show the help; what it needs of the extra ``web`` comes later.
"""
