"""What people may ask of their data: to see it, and to have it gone."""
