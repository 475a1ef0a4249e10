"""What a Région and a bank read of a plan."""
