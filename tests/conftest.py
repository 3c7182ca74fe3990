"""What all tests share."""

from hypothesis import settings

# Tests run side by side on few cores: an example may be slow because of its neighbours, which is no finding.
settings.register_profile("project", deadline=None, print_blob=True)
settings.load_profile("project")
