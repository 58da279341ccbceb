"""The commands, one file (or package) for each group; imported when they are called."""
