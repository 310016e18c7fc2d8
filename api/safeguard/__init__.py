"""What a person must read: the reading queue with its clock, and redactions the computer was not sure of.

``service`` holds the queue (look, claim, read, decide, reopen), ``redactions`` the texts
whose masking a person checks. Nothing closes itself and nothing is decided by the
computer, which only orders. Original words are shown to somebody who has claimed them,
never to anybody else, and each showing leaves a line in the audit trail.
"""
