"""Why a file is not read, in a sentence that says what to do."""


class Unreadable(Exception):
    """Its text is for the person who handed the file in; it quotes nothing of what is in it."""
