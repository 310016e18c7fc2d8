"""How our engine agrees with another one over real forms; run as a script it prints the table."""
