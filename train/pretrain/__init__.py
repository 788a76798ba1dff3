"""Making an encoder: text shards -> tokenizer -> vectors -> an ordinary ``transformers`` folder."""
