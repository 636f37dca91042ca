"""What runs inside the sandbox: only the standard library and each other may be imported here."""
