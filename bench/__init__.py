"""What `make bench` measures, and how: real processes on this machine, each figure beside its limit of the same run.

    __main__      runs the parts, prints the table, writes results.json
    figures       a figure, its limit, its goal, and whether it is met
    ground        a durable PostgreSQL, databases with the demo region, processes of the hub
    load          the client: many connections, as light as can be, in a process of its own
    samples       the events that are published

Every other module measures one of the promises in docs/performance.md.
"""
