"""What can stand in the way of a backup or a restore? Named facts; each message is one line for the operator."""


class BackupNotMade(Exception):
    """There is no new backup; nothing was left that looks like one."""


class Damaged(Exception):
    """The file is not a whole backup: a bit has changed, a part is missing, or something was added."""


class WrongPassphrase(Exception):
    """The file is sealed, and the passphrase is absent or another one."""


class NotSealed(Exception):
    """The file is plain where a sealed one is expected, or the other way round."""


class OtherVersion(Exception):
    """The backup was made by a version that this one cannot take the place of."""


class NotRestored(Exception):
    """The backup was not put in place; the message says what stands now and what to do."""
