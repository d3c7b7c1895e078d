"""Trains the demo pack from a seed: `python -m evals.training`.

| module        | what it does                                                                   |
|---------------|--------------------------------------------------------------------------------|
| `scale`       | how much is drawn and learnt: `full`, and smaller ones to try things out       |
| `filming`     | runs picture makers in several processes that write into arrays on disk        |
| `scenes`      | random briefs and a picture of each, for the text-image model                  |
| `pictures`    | the picture tower learns what there is to see, field by field                  |
| `text_image`  | both towers learn one space, on scenes that the picture tower never saw        |
| `batches`     | captions, counterfactual captions and word banks for it                        |
| `tokens`      | makes the tokenizer from captions                                              |
| `faces`       | filmed faces with their truth, for finder and embedder                         |
| `finder`      | finds faces                                                                    |
| `embedder`    | tells from an aligned crop whose face it is, and whether it is masked          |
| `traits`      | what a face shows of its person, as numbers, for the embedder                  |
| `distortions` | pictures made worse on purpose, near and far                                   |
| `perceptual`  | the backbone of LPIPS                                                          |
| `descent`     | how weights move                                                               |
| `pack`        | writes weights and manifest                                                    |
| `phrases`     | how sure a phrase of a brief is: calibration and its proof                     |
| `measure`     | the proofs, on scenes, persons and wordings that training never saw            |
"""
