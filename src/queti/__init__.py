"""Queti: a self-hosted, no-code business platform with CRM, OMS, ERP and project apps."""

__version__ = "0.1.0"
