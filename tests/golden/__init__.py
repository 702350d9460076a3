"""Logs of today's engine, kept: they change only on purpose."""
