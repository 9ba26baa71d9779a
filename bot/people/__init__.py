"""Who may do what: joining, roles, teams, lists of people."""
