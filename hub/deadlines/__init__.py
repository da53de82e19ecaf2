"""Deadlines: until when a receiver opens a case and answers the school, who is reminded, and to whom it escalates."""
