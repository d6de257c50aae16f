def alike(texts): return []
