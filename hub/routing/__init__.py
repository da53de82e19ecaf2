"""Who is responsible, and why: facts and a snapshot of the directory go in, a decision with its reasons comes out.

Pure throughout: nothing here reads a clock, a database or a file. `decide.decide` is the entrance.
"""
