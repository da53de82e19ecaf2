"""Webhooks: who wants to be told, what waits to be sent, and the sender that tries until it arrives."""
