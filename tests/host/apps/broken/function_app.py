"""An app that cannot be loaded."""

import a_package_that_is_nowhere  # type: ignore[import-not-found]

app = a_package_that_is_nowhere.app
