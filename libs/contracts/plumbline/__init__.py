"""What crosses a boundary: the messages and the table of topics."""
