"""Sentences that the build checks: domain, directives, and ledger."""
