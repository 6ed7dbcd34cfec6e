"""One adapter a peer: how it indexes the four streams, and how it answers a query's tokens."""
