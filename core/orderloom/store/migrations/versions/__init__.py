"""The core's revisions, in order."""
