"""Tables and policies of what is done regularly: meetings, stations, activities."""
