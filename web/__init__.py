"""What staff and visitors see: rosters, pages, commands."""
