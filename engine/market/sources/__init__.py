"""Sources of prices: the packaged sample and folders of files."""
