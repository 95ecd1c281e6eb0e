"""The public site: asks questions of the log, serves reviewed answers."""
