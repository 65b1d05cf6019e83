"""The JSON API: routes as a table, requests checked by schemas, errors mapped once at the edge."""
