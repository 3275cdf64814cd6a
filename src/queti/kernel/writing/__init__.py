"""What is written: records, derived values, history and events."""
