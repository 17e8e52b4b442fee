"""What goes where, how the dictionary is searched, which questions a day has."""
