"""How the deployment grows: the same work by one container of each kind, and by several."""
