"""Trains the demo pack from a seed: `python -m evals.training`.

| module        | what it does                                                                   |
|---------------|--------------------------------------------------------------------------------|
| `scale`       | how much is drawn and learnt: `full`, and `tiny` for tests                     |
| `sets`        | films random briefs with several processes into arrays on disk                 |
| `tokens`      | makes the tokenizer from captions                                              |
| `text_image`  | the two-tower model: pictures and captions                                     |
| `batches`     | captions, counterfactual captions and word banks for it                        |
| `finder`      | finds faces and says whether they are masked                                   |
| `embedder`    | turns aligned faces into vectors                                               |
| `distortions` | pictures made worse on purpose, near and far                                   |
| `perceptual`  | the backbone of LPIPS                                                          |
| `pack`        | writes weights and manifest                                                    |
| `measure`     | the proofs, on scenes, persons and wordings that training never saw            |
"""
