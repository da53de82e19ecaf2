"""The demo: six stories played through the real API, with every step, its reason and its time printed as it happens."""
