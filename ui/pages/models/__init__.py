"""模型: what models find among the customers."""
