"""Nothing here is chosen from a list: categories and types are data, definitions/resources.yaml."""
