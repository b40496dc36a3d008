"""Simulates orders and lots date by date, by backtrader or by the compiled kernel."""
