"""What the tests share: private servers, fresh databases, waiting for a condition."""
