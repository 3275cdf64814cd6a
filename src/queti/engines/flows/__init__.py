"""The process engine: a flow's tree of steps, interpreted by one pure function; see `interpreting.advance`."""
