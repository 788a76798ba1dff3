"""The WordPiece tokenizer of the embedded encoder, with the light Arabic normalisation inside it.

Normalising inside the tokenizer, rather than before it, keeps every token's offsets in the text as it was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import PreTrainedTokenizerFast

from zawiya.arabic import LIGHT_LETTERS, TATWEEL
from zawiya.errors import ZawiyaError

#: Quotation marks, of which every newsroom has its own.
_QUOTES = "«»“”„‟‹›‘’‚‛'"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True, slots=True)
class Special:
    """Ids of the pieces that stand for no text.

    :param padding: fills up what is too short.
    :param begins: stands before a text.
    :param mask: stands for a hidden piece.
    """

    padding: int
    begins: int
    mask: int


def special_of(tokenizer: Tokenizer) -> Special:
    """The special pieces of a tokenizer.

    :raises ZawiyaError: when it lacks one of :data:`SPECIAL`.
    """
    ids = {token: number for token in SPECIAL if (number := tokenizer.token_to_id(token)) is not None}
    if missing := [token for token in SPECIAL if token not in ids]:
        raise ZawiyaError(
            f"tokenizer: expected the pieces {', '.join(SPECIAL)}, found no {', '.join(missing)}; "
            "go on from an encoder of the BERT kind, or let a tokenizer be trained"
        )
    return Special(ids["[PAD]"], ids["[CLS]"], ids["[MASK]"])


def normalizer() -> normalizers.Normalizer:
    """The light folding of ``zawiya.arabic``, and one quotation mark for all, as a normalizer that keeps track of offsets."""
    letters = [normalizers.Replace(source, target) for source, target in LIGHT_LETTERS.items()]
    arabic_digits = [
        normalizers.Replace(chr(base + digit), str(digit)) for base in (0x660, 0x6F0) for digit in range(10)
    ]
    # decomposing أ leaves alif and a mark: marks go first by recomposing, then by class
    marks = normalizers.Replace(Regex(rf"[\p{{Mn}}\p{{Cf}}{TATWEEL}]"), "")
    quotes = normalizers.Replace(Regex(f"[{_QUOTES}]"), '"')
    return normalizers.Sequence([normalizers.NFKC(), marks, *letters, *arabic_digits, quotes, normalizers.Lowercase()])


def train_tokenizer(texts: Iterable[str], *, vocabulary: int, minimum: int = 10) -> Tokenizer:
    """A WordPiece tokenizer with ``vocabulary`` entries, of pieces seen at least ``minimum`` times."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=64))  # noqa: S106
    tokenizer.normalizer = normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary,
        min_frequency=minimum,
        special_tokens=list(SPECIAL),
        limit_alphabet=400,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    ids = {token: tokenizer.token_to_id(token) for token in SPECIAL}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    return tokenizer


def save_tokenizer(tokenizer: Tokenizer, folder: Path, *, longest: int) -> None:
    """Write the tokenizer as ``transformers`` files that ``AutoTokenizer`` loads."""
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        unk_token="[UNK]",  # noqa: S106
        pad_token="[PAD]",  # noqa: S106
        cls_token="[CLS]",  # noqa: S106
        sep_token="[SEP]",  # noqa: S106
        mask_token="[MASK]",  # noqa: S106
        model_max_length=longest,
    ).save_pretrained(str(folder))
