"""Declarations of admissibility (TLV): from the hearing to the decision, and the reminder before one ends.

`law` says what one must look like, `course` what a case knows of its own, `actions` makes the steps, `reminding` keeps
the calendar. Which partnership decides, and who pays, the rules said when the case was placed.
"""
