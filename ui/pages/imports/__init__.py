"""导入: from a file to saved customers, step by step."""
