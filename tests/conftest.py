"""Fixtures for every test come from the plugins in `tests.support`; this file only names them."""

pytest_plugins = [
    "tests.support.test_run",
    "tests.support.postgres",
    "tests.support.redis",
    "tests.support.hub",
    "tests.support.small_hub",
    "tests.support.people",
    "tests.support.demo_town",
    "tests.support.chromium",
]
