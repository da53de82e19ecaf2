"""The demo: seven stories played through the real API, with every step, its reason and its time as it happens."""
