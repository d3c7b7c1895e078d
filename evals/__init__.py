"""The evaluation harness: scores takes, proposes verdicts, certifies passes. The only torch."""
