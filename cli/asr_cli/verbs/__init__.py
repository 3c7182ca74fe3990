"""The verbs, a module for each kind of question or command."""
