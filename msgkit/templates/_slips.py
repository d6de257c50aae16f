def slip(text, keys): return None
