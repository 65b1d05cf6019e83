"""The engine's limits, always on. Passing one leaves a `failed` event that names it and a polite way to a person."""

TEXT_CHARS = 2_000
"""Characters kept of one message; WeChat itself stops at about 680 Chinese characters."""
VALUE_CHARS = 20_000
"""Characters of one text that an action may put into a slot."""
VALUE_DEPTH = 6
"""Lists and objects inside one another in a slot's value."""
VALUE_ITEMS = 200
"""Members of one list or object in a slot's value."""
STEPS_A_TURN = 100
"""Steps run in one turn; more is a loop without a wait."""
THREADS = 4
"""Flows begun by the person and not yet ended: one and what interrupted it."""
CALLS_DEEP = 8
"""Flows called inside one another."""
TURNS = 1_000
"""Turns without once reaching the end of what was begun."""
REJECTIONS = 3
"""Refused answers in a row before examples, skipping or a person are offered."""
LIST_ITEMS = 20
"""Photos and the like in one list slot."""
CANDIDATES = 3
"""Flows offered when it is not clear what was meant."""
MATTERS = 3
"""Matters taken from one message."""
OFFERS = 24
"""Buttons of earlier turns that are still recognised when tapped."""
SAID_CHARS = 1_500
"""Characters of the last words kept, to be said again."""
PAUSE_HOURS = 12
"""Hours of silence after which a half-filled form is first recalled to the person."""

TRIGGER = 0.6
"""Confidence (0..1) from which a meaning counts when nothing else is said in the file."""
INTERRUPT = 0.85
"""Confidence from which a free-text answer is taken for a change of subject instead."""
CANDIDATE = 0.25
"""Confidence from which a meaning is worth offering as a candidate."""
SURE = 0.6
"""Confidence from which the likeliest of several values is taken without a choice between them."""
LEAD = 0.3
"""Less sure, it is taken when the next one is so far behind."""
CLOSE = 0.1
"""A meaning that another follows so closely is asked back."""
LIKELY = 0.1
"""Confidence from which a value is among the likeliest that are offered."""
