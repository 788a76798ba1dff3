"""How the labels of a run become figures, and how sure one can be of them."""
