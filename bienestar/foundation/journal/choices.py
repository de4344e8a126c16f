"""Nothing here is chosen from a list: action names are the dotted names of the actions themselves."""
