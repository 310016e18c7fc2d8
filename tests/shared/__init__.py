"""Tables of cases that two evaluators must pass, the server's and the phone's, and how they are read."""
