"""What is measured. Nothing here imports torch: models live in `evals.packs`."""
