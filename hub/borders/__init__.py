"""Partnerships that settle who leads and who pays for a pupil who crosses their border. The child stays at the school.

`protocol` is the table of stages and moves; `actions` makes the moves, `following` does what follows from them in the
case, `reminding` keeps the clock, `letter` writes to whoever is outside the network, and `agreeing` makes a regional
agreement of what was agreed.
"""
