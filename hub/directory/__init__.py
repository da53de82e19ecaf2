"""Who is who, and who works where: organisations, areas and agreements, each valid from and until a day."""
