"""The dashboard: names its pages, and mounts the routes that serve their media.

Run it with `roundtable app`, or with `streamlit run streamlit_app.py`. Streamlit imports this file
once for the server (`app`) and executes it as `__main__` at every visit (`pages`).
"""

from __future__ import annotations

import streamlit as st

from tracker.settings import REPOSITORY_ROOT, Settings
from tracker.ui.media import ASSETS, media_routes

PAGES = REPOSITORY_ROOT / "tracker" / "ui" / "pages"
HARNESS_PAGES = REPOSITORY_ROOT / "evals" / "ui" / "pages"


def pages() -> None:
    """Name the pages and run the one that was asked for."""
    st.set_page_config(
        page_title="Roundtable",
        page_icon=str(ASSETS / "mark.svg"),  # an icon by name would be fetched from elsewhere
        layout="wide",
    )
    board = st.Page(PAGES / "board.py", title="Board", url_path="films", default=True)

    def to_board() -> None:
        """Lead `/board` to where Streamlit puts the first page: at the root, whatever its name."""
        st.switch_page(board, query_params=dict(st.query_params))

    st.navigation(
        [
            board,
            st.Page(to_board, url_path="board", visibility="hidden"),
            st.Page(PAGES / "desk.py", title="Desk", url_path="desk"),
            st.Page(PAGES / "take.py", title="Take", url_path="take"),
            st.Page(HARNESS_PAGES / "audits.py", title="Audits", url_path="audits"),
            st.Page(HARNESS_PAGES / "agreement.py", title="Agreement", url_path="agreement"),
            st.Page(
                HARNESS_PAGES / "scores.py", title="How good are these scores", url_path="scores"
            ),
        ],
        position="top",
    ).run()


if __name__ == "__main__":
    pages()
else:
    app = st.App(__file__, routes=media_routes(Settings.from_env()))
