"""Questions: what a message asks, its answer in words and buttons, what people say of it."""
