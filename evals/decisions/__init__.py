"""Who must look: exact statistics and hard rules, without torch."""
