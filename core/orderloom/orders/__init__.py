"""Orders, lines, events and commands as frozen values, and the arithmetic on them; no I/O."""
