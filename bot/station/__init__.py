"""What is true of this station: settings, clock, roles, folders."""
