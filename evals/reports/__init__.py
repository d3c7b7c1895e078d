"""Pages that people keep and send on: why a take got its verdict.

Rows become a plain model of the page (`page`, made by `build`), and the model becomes HTML (`html`),
JSON (`as_json`) or a few lines of text (`text`). Importing this loads no torch.
"""
