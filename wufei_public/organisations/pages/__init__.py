"""Pages of the register, for officials and for who represents an organisation."""
