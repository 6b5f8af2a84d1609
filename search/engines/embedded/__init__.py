"""An index inside this process: the only package that imports tantivy."""
