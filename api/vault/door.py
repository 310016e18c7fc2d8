"""How a handler asks for the vault: ``(vault: VaultDep)`` in its signature says that it may read words or names."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from api.vault import Vault


async def vault_of(request: Request) -> Vault:
    """The vault of the application that got this request."""
    vault: Vault = request.app.state.vault
    return vault


VaultDep = Annotated[Vault, Depends(vault_of)]
