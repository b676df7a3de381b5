"""A pair of tokens under seal, bound to its table and its owner."""

from dataclasses import dataclass, field

from bot.accounts.vault import Vault


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What Imgur issues for an account; kept out of ``repr``."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SealedTokens:
    """The same, as it may be written down."""

    access: bytes = field(repr=False)
    refresh: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Owner:
    """Where a pair belongs; it opens nowhere else.

    Attributes:
        table: ``"links"`` or ``"pending_links"``.
    """

    table: str
    user_id: int
    imgur_account_id: int

    def _context(self, column: str) -> str:
        return f"{self.table}.{column}:{self.user_id}:{self.imgur_account_id}"

    def seal(self, vault: Vault, pair: TokenPair) -> SealedTokens:
        """Encrypt a pair for this place."""
        return SealedTokens(
            vault.seal(pair.access.encode(), self._context("access_token")),
            vault.seal(pair.refresh.encode(), self._context("refresh_token")),
        )

    def open(self, vault: Vault, tokens: SealedTokens) -> TokenPair:
        """Decrypt a pair that was sealed for this place.

        Raises:
            UnknownKeyError: The key that sealed it is not in the ring.
            TamperedError: It was sealed for another place, or changed.
        """
        return TokenPair(
            vault.open(tokens.access, self._context("access_token")).decode(),
            vault.open(tokens.refresh, self._context("refresh_token")).decode(),
        )
