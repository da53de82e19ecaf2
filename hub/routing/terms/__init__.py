"""Terms of group F: from what happened to the day on which something must be there. Pure, and recomputed from facts."""
