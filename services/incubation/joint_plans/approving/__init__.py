"""What the approval of a proposal needs: for which body it is, and what it announces."""
