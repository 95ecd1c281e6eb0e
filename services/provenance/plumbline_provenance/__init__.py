"""Every published revision in, a receipt that a stranger can check out."""
