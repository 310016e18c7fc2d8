"""What a survey is, what an answer means, what agreement permits, what may be published.

Pure: values in, values out. Nothing here knows the web, a database, the clock or a
setting; what a function needs it is given. Read ``definition`` first (the values
everything else is about), then ``answers`` and ``journey`` (a respondent's way),
``consent`` (what their agreement permits), ``disclosure`` and ``codebook`` (what may
leave, and how it is described), ``authoring`` and ``formats`` (how surveys come in).
"""
