"""Cases made ready for composing packages, in child processes; the server keeps what comes back.

The server itself only looks things up. What takes long, making a case ready and searching repairs
where packages are too many to list, is done by an analyst: a process of its own.
"""
