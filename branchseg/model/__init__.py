"""The words of the domain: fields, tables, issues, results. No logic, no heavy imports."""
