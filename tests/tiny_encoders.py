"""Tiny encoders with random weights, in the files that real ones come in."""

import json
from pathlib import Path

from .conftest import SMALL, SPECIAL, letter_tokenizer


def tiny_electra(folder: Path, *, heads: int = 2) -> Path:
    """One small ELECTRA layer and the letter tokenizer, an ordinary transformers folder."""
    import torch
    from transformers import ElectraConfig, ElectraModel

    from zawiya.train.pretrain.tokenizer import save_tokenizer

    torch.manual_seed(1)
    tokenizer = letter_tokenizer()
    shape = ElectraConfig(
        **SMALL | {"num_attention_heads": heads}, vocab_size=tokenizer.get_vocab_size(), embedding_size=16
    )
    ElectraModel(shape).save_pretrained(folder)
    save_tokenizer(tokenizer, folder, longest=64)
    return folder


def tiny_camelbert(folder: Path) -> Path:
    """A BERT as CAMeLBERT's repositories hold it: a word list and pickled weights with a head for masked words."""
    import torch
    from transformers import BertConfig, BertForMaskedLM

    folder.mkdir(parents=True)
    torch.manual_seed(3)
    vocabulary = letter_tokenizer().get_vocab()
    shape = BertConfig(
        **SMALL | {"num_hidden_layers": 2, "num_attention_heads": 4},
        vocab_size=len(vocabulary),
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
        **SMALL | {"num_attention_heads": 4, "max_position_embeddings": 66},
        vocab_size=len(vocabulary),
        type_vocab_size=1,
    )
    XLMRobertaModel(shape).save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    _json_file(folder / "tokenizer_config.json", {"tokenizer_class": "XLMRobertaTokenizer", "model_max_length": 64})
    return folder


def _json_file(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")
