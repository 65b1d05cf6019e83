"""The platform's own API paths under /cgi-bin/, with its codes and JSON."""
