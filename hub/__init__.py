"""Samenspel: the hub that brings a school's signal to the party that must help, and brings back the answer."""

__version__ = "0.1.0"
