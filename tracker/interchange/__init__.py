"""Files of other programs to and from domain records; nothing here knows the database."""
