"""How history is proven: RFC 6962 proofs, signed notes, C2SP tiles, DSSE."""
