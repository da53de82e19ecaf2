"""Pages for people: sign in, choose for whom, and what they may do there."""
