"""What printed numbers give away about the data and the software behind them."""
