"""Build the site from its sources.

- `all_editions`: build the pages of all editions, several at the same time.
- `diagnostics`: tell writers' mistakes from Sphinx's other warnings.
- `fences`: find code and box fences that are never closed.
- `pipeline`: run all steps, and put the site in place.
- `preflight`: check the configuration, contents, headers, fences and catalogues.
- `progress`: print which page is being built.
- `resources`: check the machine's memory, disk space and limits.
- `run_sphinx`: build the pages of one edition, and write manifest.json.
- `swap`: replace a folder atomically.
"""
