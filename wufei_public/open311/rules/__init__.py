"""The contract without web or database: services, attributes, arguments, XML and JSON."""
