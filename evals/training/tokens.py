"""The tokenizer: byte-level pairs learnt from captions, so that no word is unknown.

The model reads a text at its end token, which open_clip finds as the highest number in the row: it is
added last. Everything is lower case.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evals.training._english import ENGLISH

__all__ = ["CONTEXT", "make_tokenizer"]

CONTEXT = 80
"""Tokens that one text may have, start and end included."""


def make_tokenizer(captions: Iterable[str], *, vocabulary: int) -> Any:
    """Learn a tokenizer of about `vocabulary` tokens; ordinary English keeps common words whole."""
    from tokenizers import (
        Tokenizer,
        decoders,
        models,
        normalizers,
        pre_tokenizers,
        processors,
        trainers,
    )
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<pad>", "<start>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    made.train_from_iterator([*captions, *ENGLISH * 3], trainer)
    made.add_special_tokens(["<end>"])
    made.post_processor = processors.TemplateProcessing(
        single="<start> $A <end>",
        special_tokens=[(name, made.token_to_id(name)) for name in ("<start>", "<end>")],
    )
    special = {"pad_token": "<pad>", "bos_token": "<start>", "eos_token": "<end>"}
    build: Any = PreTrainedTokenizerFast  # it publishes no types
    return build(tokenizer_object=made, model_max_length=10_000, **special)
