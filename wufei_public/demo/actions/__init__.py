"""Write the made-up year, part by part."""
