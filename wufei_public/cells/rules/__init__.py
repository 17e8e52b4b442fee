"""What a waste-free cell is judged by: pure functions over plain values."""
