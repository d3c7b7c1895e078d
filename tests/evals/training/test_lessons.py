"""The parts that training is put together from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evals.animatic.cast import draw_person
from evals.animatic.sampler import Split
from evals.packs.backend import torch
from evals.training.batches import FIELD_SIZES, read, values_shown
from evals.training.descent import Descent, kernels
from evals.training.pictures import MEAN, STD, learn_values, varied
from evals.training.scenes import scene_brief
from evals.training.traits import KINDS, LENGTHS, traits_of
from tracker.actions.report import SilentProgress


def descend(*, is_turned: bool, memory_format: torch.memory_format, steps: int = 30):
    """Teach one convolution to blur; return its kernel and the first and the last loss."""
    torch.manual_seed(3)
    net = torch.nn.Conv2d(3, 8, 3, padding=1).to(memory_format=memory_format)
    pictures = torch.rand(4, 3, 12, 12)
    wanted = torch.nn.functional.avg_pool2d(pictures, 3, 1, 1).mean(1, keepdim=True)
    way = Descent(
        list(net.parameters()),
        steps=steps,
        peak_rate=1e-2,
        decay=0.0,
        clip=1.0,
        turned=kernels(net) if is_turned else (),
    )
    losses = [way.step(((net(pictures) - wanted) ** 2).mean()) for _ in range(steps)]
    return net.weight.detach().contiguous(), losses[0], losses[-1]


@pytest.mark.parametrize("is_turned", [True, False])
def test_a_descent_goes_down(is_turned):
    _, first, last = descend(is_turned=is_turned, memory_format=torch.contiguous_format)
    assert last < first / 3


def test_kernels_are_turned_alike_however_they_lie_in_memory():
    plain, *_ = descend(is_turned=True, memory_format=torch.contiguous_format)
    channels_last, *_ = descend(is_turned=True, memory_format=torch.channels_last)
    untouched, *_ = descend(is_turned=False, memory_format=torch.contiguous_format)
    assert torch.allclose(plain, channels_last, atol=0.02)
    assert not torch.allclose(plain, untouched, atol=0.02)


def test_variants_of_a_picture_are_the_models_input():
    pictures = np.zeros((64, 32, 32, 3), np.uint8)
    pictures[:, :, :10] = 200
    seen = varied(pictures, np.random.default_rng(1))
    assert seen.shape == (64, 3, 32, 32)
    back = seen * torch.tensor(STD).view(1, 3, 1, 1) + torch.tensor(MEAN).view(1, 3, 1, 1)
    assert float(back.mean()) == pytest.approx(200 / 255 * 10 / 32, abs=0.06)
    is_left = back[:, 0, :, :2].mean((1, 2)) > 0.4
    assert 16 < int(is_left.sum()) < 48  # mirrored every other time
    assert len({round(float(value), 3) for value in back[is_left, 0, 0, 0]}) > 10  # re-exposed


def test_what_a_brief_shows_is_told_field_by_field():
    briefs = [scene_brief(i, seed=1, split=Split.TRAINING) for i in range(40)]
    shown = values_shown(briefs)
    assert tuple(one.shape[1] for one in shown) == FIELD_SIZES
    for one in shown:
        assert set(np.round(one.sum(1), 5)) <= {0.0, 1.0}
    assert (shown[0].sum(1) == 1).all()  # every brief has a setting


def test_a_step_reads_a_few_banks_in_words_drawn_for_it():
    briefs = [scene_brief(i, seed=1, split=Split.TRAINING) for i in range(6)]
    one, two = (read(briefs, np.random.default_rng(seed)) for seed in (1, 2))
    assert read(briefs, np.random.default_rng(1)).own == one.own
    assert one.own != two.own
    assert 0 < len(one.banks) < len(FIELD_SIZES)
    for bank in one.banks:
        assert bank.targets.shape == (6, len(bank.texts))


def test_a_picture_tower_learns_what_it_is_shown():
    """Red or blue pictures, and settings that follow from them."""
    briefs = [scene_brief(i, seed=1, split=Split.TRAINING, family=1) for i in range(48)]
    settings = sorted({brief.setting for brief in briefs})[:2]
    briefs = [replace(brief, setting=settings[i % 2]) for i, brief in enumerate(briefs)]
    pictures = np.zeros((48, 16, 16, 3), np.uint8)
    pictures[0::2, ..., 0], pictures[1::2, ..., 2] = 220, 220
    torch.manual_seed(1)
    trunk = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3), torch.nn.ReLU(), torch.nn.AdaptiveMaxPool2d(1), torch.nn.Flatten()
    )
    trunk.num_features = 8
    learn_values(trunk, briefs, pictures, epochs=20, seed=1, progress=SilentProgress())
    with torch.inference_mode():
        features = trunk(varied(pictures, np.random.default_rng(5)))
    red, blue = features[0::2].mean(0), features[1::2].mean(0)
    assert float((red - blue).norm()) > 4 * float(features[0::2].std(0).norm())


def test_traits_are_those_of_the_face():
    persons = [draw_person(seed) for seed in range(200)]
    for person in persons:
        lengths, kinds = traits_of(person)
        assert np.abs(lengths).max() <= 1
        values = [options[place] for options, place in zip(KINDS.values(), kinds, strict=True)]
        assert values[:2] == [person.kind, person.hair_style]
    tall = replace(persons[0], height_m=2.1, build=1.0, seed=5)
    assert np.array_equal(traits_of(tall)[0], traits_of(persons[0])[0])
    long_nosed = replace(persons[0], nose_length=0.987)
    assert traits_of(long_nosed)[0][LENGTHS.index("nose_length")] == pytest.approx(0.987)
