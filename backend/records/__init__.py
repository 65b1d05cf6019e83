"""The records: tables, repositories and the unit of work. Everything personal is sealed on its way in."""
