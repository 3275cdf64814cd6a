"""What leaves the company and what comes in from programs: HTTP, mail, signatures."""
