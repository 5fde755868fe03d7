"""How long the engine takes, how much memory it needs, and how both grow; see ``__main__``."""
