"""Standard replies: texts that an organisation answers with more than once. They are about nobody."""
