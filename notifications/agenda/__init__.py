"""What the clock does by itself: plan, remind, offer, sum up the week, let go. See docs/decisions/0010.

due.py finds what is due and calls the handler of its kind; a handler reads what is true now through a Look (look.py),
and leaves the item told, dropped, withdrawn, or to be looked at later.
"""
