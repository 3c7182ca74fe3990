"""`asr`: what an operator does with asr-autoprotect, at a terminal. It knows the product over HTTP alone."""
