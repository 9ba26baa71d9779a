"""每日一案: planned, sent, read, answered."""
