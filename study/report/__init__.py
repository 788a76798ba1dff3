"""The page that shows a run: figures, and the sentences behind them."""
