"""Pages of the list: for everyone, for the enterprise, for officials."""
