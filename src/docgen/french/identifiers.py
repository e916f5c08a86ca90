"""Numbers that people copy: SIREN, SIRET, telephone. Their groups stay on one line."""

from __future__ import annotations

from docgen.french.punctuation import NBSP


def siret(digits: str) -> str:
    """« 732 829 320 00074 »."""
    return NBSP.join((digits[:3], digits[3:6], digits[6:9], digits[9:]))


def siren(digits: str) -> str:
    """« 732 829 320 », from a SIREN or from the SIRET it begins."""
    return NBSP.join((digits[:3], digits[3:6], digits[6:9]))


def telephone(number: str) -> str:
    """« 01 23 45 67 89 » for a French number, « +32 470 12 34 56 » for another.

    A number of no known plan is given back as it is: the person may know better.
    """
    if len(number) == 10 and number.isdigit():
        return NBSP.join(number[n : n + 2] for n in range(0, 10, 2))
    # 50 ms, for the few numbers from abroad.
    import phonenumbers  # noqa: PLC0415

    try:
        read = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return number
    if not phonenumbers.is_valid_number(read):
        return number
    if read.country_code == 33 and len(national := f"0{read.national_number}") == 10:
        return telephone(national)
    written = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    # ITU-T E.123: groups are parted by spaces alone.
    return str(written).replace("-", NBSP).replace(" ", NBSP)
