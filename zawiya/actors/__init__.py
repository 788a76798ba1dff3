"""Finding the actors that an article names: lexicon -> matches in a sentence -> mentions in an article."""

from .finder import ActorFinder

__all__ = ["ActorFinder"]
