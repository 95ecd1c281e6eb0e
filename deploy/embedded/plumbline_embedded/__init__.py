"""All services in one process, and the plumbline command."""
