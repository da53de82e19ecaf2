"""The log of events and everything that is read from it."""
