"""Which kinds of giveaways are looked for? One kind in each module; each returns findings."""
