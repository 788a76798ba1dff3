"""Tiny encoders with random weights, in the files that real ones come in."""

import json
from pathlib import Path

from .conftest import SPECIAL, letter_tokenizer


def tiny_camelbert(folder: Path) -> Path:
    """A BERT as CAMeLBERT's repositories hold it: a word list and pickled weights with a head for masked words."""
    import torch
    from transformers import BertConfig, BertForMaskedLM

    folder.mkdir(parents=True)
    torch.manual_seed(3)
    vocabulary = letter_tokenizer().get_vocab()
    shape = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
        architectures=["BertForMaskedLM"],
    )
    shape.to_json_file(folder / "config.json")
    weights = dict(BertForMaskedLM(shape).state_dict())
    # a buffer that files of that age hold
    weights["bert.embeddings.position_ids"] = torch.arange(64).unsqueeze(0)
    torch.save(weights, folder / "pytorch_model.bin")
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    (folder / "vocab.txt").write_text("".join(f"{piece}\n" for piece in pieces), encoding="utf-8")
    special = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    _json_file(folder / "special_tokens_map.json", special)
    _json_file(folder / "tokenizer_config.json", {"do_lower_case": False, "model_max_length": 64})
    return folder


def tiny_xlm_roberta(folder: Path) -> Path:
    """An XLM-R: safetensors, a ``tokenizer.json``, and 66 positions of which the first two are no word's."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors
    from transformers import XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(3)
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    letters = sorted({piece.removeprefix("##") for piece in letter_tokenizer().get_vocab() if piece not in SPECIAL})
    vocabulary = [(piece, 0.0) for piece in specials] + [("▁", -2.0)] + [(letter, -3.0) for letter in letters]
    vocabulary.append(("<mask>", 0.0))
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens([*specials, "<mask>"])
    shape = XLMRobertaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=66,
        type_vocab_size=1,
    )
    XLMRobertaModel(shape).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    _json_file(folder / "tokenizer_config.json", {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 64})
    return folder


def _json_file(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
