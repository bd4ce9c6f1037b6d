"""What the approval of a proposal needs: for which body it is, what it announces, and what the registry answers."""
