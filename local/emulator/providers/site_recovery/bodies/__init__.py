"""Wire bodies of Site Recovery's resources: pure functions, checked key by key against recorded traffic."""
