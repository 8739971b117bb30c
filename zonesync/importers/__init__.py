"""Other tools' data as zone YAML."""
