"""What makes a release of the repository, and what tells whether one can be made."""
