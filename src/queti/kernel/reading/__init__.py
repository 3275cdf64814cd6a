"""What is read, and what of it a person sees."""
