"""The version of the product: it stands here and nowhere else."""

PRODUCT_VERSION = "0.1.0"
"""By semantic versioning. The health, the API's description, the user agent, tags and evidence tell it."""
