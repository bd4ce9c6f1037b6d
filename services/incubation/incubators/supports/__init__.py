"""What incubators give: premises, funds and projects, training and guidance (H4, H10)."""
