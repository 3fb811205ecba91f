"""Measurements that no build waits for."""
