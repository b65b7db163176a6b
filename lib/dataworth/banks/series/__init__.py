"""Quarterly series of profit and cost: stationarity, ARIMA models, forecasts."""
