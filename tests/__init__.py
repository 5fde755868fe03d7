"""The promises of Detente, one module for each module or promise."""
