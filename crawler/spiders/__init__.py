"""The spiders: `outlets` polls what is configured, `probe` looks at one address."""
