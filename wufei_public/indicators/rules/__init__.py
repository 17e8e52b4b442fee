"""What the plan says, how a figure is judged, what may become of a value: plain values."""
