"""The service described for programs: OpenAPI 3.1 made from the rules, the settings, the jobs and the errors."""
