"""Show me: cards and tables, rendered from figures and from nothing else."""
