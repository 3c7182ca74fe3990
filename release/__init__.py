"""What makes a release of the repository: the deployable zip, and what tells whether it can be made."""
