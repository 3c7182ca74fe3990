"""What runs on a developer's machine in place of Azure: an Azure Resource Manager emulator and a Functions host.

Nothing here is deployed and nothing here imports the product: it is an independent witness that knows the product
only over HTTP.
"""
