"""A child, young person, parent or carer on a phone: open, agree, answer, send; later see and withdraw.

Two cookies' worth of state in one cookie, and nothing on the server before agreement:
first the sealed invitation, then the way back into the draft (``drafts``). Answers wait
in the draft sealed under the cookie's own secret, so that until they are sent nobody
here can read them, unless somebody asks for three words to come back with (``ways``).
``receipts`` makes the words. ``visit`` is what a request brings; the journey is
``coming_in``, ``helping``, ``answering``, ``saving`` and ``coming_back``; ``offline`` keeps it on the phone,
``kiosk`` and ``paper`` are other ways to it, ``contacting`` stands apart; ``routes`` joins them.
"""
