"""One room a page: each reads what the visitor asks, calls the rooms that think, and draws what they give."""
