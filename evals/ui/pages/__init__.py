"""Pages of the harness, named by `streamlit_app.py`."""
