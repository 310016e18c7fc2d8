"""Surveys as other programs write them: bytes in, a survey and an account of what was lost out."""
