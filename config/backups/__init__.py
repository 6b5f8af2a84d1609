"""How does the site survive the loss of its machine? Backups: made, verified, restored.

`making` writes one file, `reading` verifies and unpacks one, `restoring` puts one in the place of what stands.
`archive`, `sealing` and `manifest` say what the file looks like, `sqlite` and `postgres` speak to the databases.
"""
