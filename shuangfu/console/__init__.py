"""The console as it is served: the front end's build, its headers, and what it has to know (config.json)."""
