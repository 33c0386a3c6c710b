"""The `reclaim` command: parse, call, print."""
