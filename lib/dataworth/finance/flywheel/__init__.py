"""The positive cycle: a loan pays for research, research brings clients, clients bring data."""
