"""Long work: questions asked in child processes, with a queue, progress, limits and cancelling."""
