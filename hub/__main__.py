"""`python -m hub` is the `hub` command."""

from hub.manage.command_line import main

main()
