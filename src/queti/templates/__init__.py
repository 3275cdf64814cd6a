"""Templates of apps for the gallery: folders of definitions, nothing else."""
