"""名单变化: an import compared with an older one, customer by customer."""
