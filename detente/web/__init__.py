"""The workbench: Detente in the browser, on the same answers as the command line.

Pages and the interface for programs only look. What they show comes from ``detente.answers`` and
``detente.composition``; what they keep is in one database. The way of a request through the
folder, from the outside in: ``app``, ``security``, ``pages`` or ``api``, ``shell`` for how pages
look, ``sent`` and ``revising`` for what they change, ``bench`` for what they work on, ``jobs`` and
``analysts`` for what takes long, ``storage`` for what is kept. What each part is, and which knows
which, stands in ``docs/architecture.md``.
"""
