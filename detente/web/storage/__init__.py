"""What a workbench keeps: cases and their revisions, drafts, packages, jobs, results, sessions.

Everything is in one database, SQLite or PostgreSQL, so that a workbench may stop at any moment.
Only this folder knows tables.
"""
