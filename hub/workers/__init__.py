"""The engine: Celery application, tasks, and the sweeper that works without a broker."""
