"""Use cases: each takes the desk (what the place knows), a unit of work and plain words, and answers or refuses.

Decide first, write after: a refusal must leave nothing behind but the attempts that were counted, because the edge
commits refusals too, so that a repeated request gets its first answer.
"""
