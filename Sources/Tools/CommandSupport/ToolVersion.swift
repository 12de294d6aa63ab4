/// Version of the toolkit: printed by `--version` and recorded with every result.
public let toolVersion = "1.0.0"
