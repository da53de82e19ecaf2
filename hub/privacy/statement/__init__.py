"""The statement for parents: what was shared about their child, in plain words, made from log and ledger alone."""
