"""What the main jobs cost: CPU of server and database together, beside hand-written SQL behind the same server."""
