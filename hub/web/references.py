"""How people call a case on the telephone: the end of its id, which is random; never a name."""

from uuid import UUID


def reference_of(case_id: UUID) -> str:
    """Such as S-4F2A-91C0."""
    end = case_id.hex[-8:].upper()
    return f"S-{end[:4]}-{end[4:]}"
