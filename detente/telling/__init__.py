"""How each thing is told to people: sentences, tables and pictures; ``telling/x`` tells ``x``."""
