"""客户: the table of all customers and who is in it."""
