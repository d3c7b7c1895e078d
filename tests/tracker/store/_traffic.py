"""Processes that use one database at once; started by `test_concurrency.py` as a plain script.

python _traffic.py write HOME NAME SECONDS    commits, prints each acknowledged request id
python _traffic.py read HOME NAME SECONDS     reads, prints each count that it saw
python _traffic.py hold HOME NAME SECONDS     keeps one transaction open, prints `held`
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from tracker.domain.production import Person, Role
from tracker.settings import Settings
from tracker.store import Store
from tracker.store.board import productions
from tracker.store.productions import add_person, people


def say(what: object) -> None:
    """Tell whoever started this process, at once."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def write(store: Store, name: str, until_s: float) -> None:
    count = 0
    while time.monotonic() < until_s:
        who = Person(name=f"{name} {count}", roles=(Role.VENDOR,))
        with store.write() as tx:
            tx.once(who.name, "person.added", partial(add_person, tx, who))
        say(who.name)
        count += 1


def read(store: Store, name: str, until_s: float) -> None:
    while time.monotonic() < until_s:
        with store.read() as tx:
            say(len(people(tx)) + len(productions(tx)))


def hold(store: Store, name: str, until_s: float) -> None:
    with store.write():
        say("held")
        time.sleep(until_s - time.monotonic())


if __name__ == "__main__":
    what, home, own_name, seconds = sys.argv[1:]
    work = {"write": write, "read": read, "hold": hold}[what]
    work(Store.open(Settings(home=Path(home))), own_name, time.monotonic() + float(seconds))
