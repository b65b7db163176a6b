"""The machinery of an executable book: registry, engine, manifests, publishing."""
