"""What the product knows about protecting Azure VMs; importable without any Functions runtime."""
