"""What every room of the web stands on: sealed fields, random ids, uploads, headers, components, jobs."""
