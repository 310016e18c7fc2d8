"""Who works here and who is asked: signing in, accounts, ways into a survey, cases by pseudonym."""
