"""What is found becomes an answer; a message becomes a turn of a conversation."""
