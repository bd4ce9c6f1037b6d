"""The yearly assessment of an incubator (《考核评估指标》, H8)."""
