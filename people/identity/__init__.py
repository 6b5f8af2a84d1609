"""How does somebody sign in by an identity provider (OpenID Connect), where the installation names one?"""
