"""The core's own migrations, and the environment every module's migrations run in."""
