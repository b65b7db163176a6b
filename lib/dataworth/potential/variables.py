"""The fifteen variables of paper `potential`, Table 1, and the industry sections."""

from __future__ import annotations

TARGET = "Data"
FEATURES = (
    *("Size", "Revenue", "Turnover", "Capex", "OCF", "Growth", "ROA", "ROIC", "GPM", "TobinQ"),
    *("TechRatio", "RDRatio", "RDPsnRatio", "Leverage"),
)
COLUMNS = (*FEATURES, TARGET)
