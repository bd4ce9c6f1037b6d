"""Sign-in for trials: OIDC's authorization code flow with PKCE at the embedded issuer, on loopback alone."""
