"""Who may do what: passwords, sessions, keys for programs, and what every response carries."""
