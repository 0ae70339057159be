"""`python -m tests.replies`: how well the replies are read.  Of those held out, counts alone."""

from tests.replies.scoring import FILES, scored

if __name__ == "__main__":
    for name in FILES:
        score = scored(name)
        print(name, score)  # noqa: T201 -- what it is for
