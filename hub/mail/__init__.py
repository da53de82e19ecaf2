"""E-mail to people: "something is waiting for you" with a link, when the reader wants it, and nothing else."""
