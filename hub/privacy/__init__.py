"""The vault, who may see what, and the ledger of what was shown."""
