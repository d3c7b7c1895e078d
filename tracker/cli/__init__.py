"""The command line: `roundtable NOUN VERB`. Data goes to stdout, everything else to stderr."""
