"""Everything on one machine: starts the parts that a city would run as services, for the demo and the tests."""
