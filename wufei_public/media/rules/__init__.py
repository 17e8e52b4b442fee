"""What a photo must be, read from its bytes without decoding a pixel."""
