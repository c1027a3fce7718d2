"""厅堂识别: who walked in, what was seen, what to do next."""
