"""An app that stands for the next version: it brings migrations, good and bad ones."""
