"""How long good news is waited for."""

#: On the slowest machine that these tests run on. Nothing is asserted by it: whatever must be fast
#: is measured where that is the question.
PATIENCE_S = 60.0
