"""How we behave: robots.txt, Crawl-delay, Retry-After."""
