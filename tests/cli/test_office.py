"""account, audit, retention, rgpd at the command line, on an installation of their own."""

from __future__ import annotations

from tests.cli.conftest import Docgen

ADMIN = "admin@fournil.example.org"


def test_the_first_administrator_is_made_at_the_command_line(docgen: Docgen) -> None:
    assert "docgen account invite" in docgen("account", "list").out
    made = docgen(
        "account", "invite", ADMIN, "--nom", "Claire Moreau", "--role", "administrator",
        "--lien", "--json",
    )  # fmt: skip
    assert made.code == 0
    assert "/bureau/lien/" in made.json["link"]
    (row,) = docgen("account", "list", "--json").json
    assert (row["email"], row["role"], row["state"], row["second_factor"]) == (
        ADMIN,
        "administrator",
        "invite",
        False,
    )
    assert docgen("account", "role", ADMIN, "reader").code == 4
    assert docgen("account", "disable", "personne@example.org").code == 3
    assert docgen("account", "reset", ADMIN, "--second-facteur").code == 0
    wrong = docgen("account", "invite", "pas une adresse", "--nom", "A B", "--role", "reader")
    assert wrong.code == 2
    assert "courriel" in wrong.err


def test_an_audit_wants_its_motive_and_tells_it(docgen: Docgen) -> None:
    assert docgen("audit", "search", "dupont").code == 4
    found = docgen("audit", "search", "dupont", "--motif", "contrôle 2026-7", "--json")
    assert (found.code, found.json) == (0, [])
    (access,) = docgen("audit", "accesses", "--json").json
    assert (access["who"], access["act"], access["motive"]) == (
        "ligne de commande",
        "access.searched",
        "contrôle 2026-7",
    )
    assert "dupont" not in str(access)
    assert docgen("audit", "show", "PMSMP-2026-0001", "--motif", "contrôle 2026-7").code == 3
    assert docgen("audit", "take", "PMSMP-2026-0001", "--motif", "contrôle 2026-7").code == 3
    assert docgen("audit", "journal", "--json").json == {"sound": True, "problems": []}
    assert docgen("audit", "reindex", "--json").json == {"indexed": 0}


def test_a_mission_is_for_an_auditor(docgen: Docgen) -> None:
    docgen("account", "invite", ADMIN, "--nom", "Claire Moreau", "--role", "administrator")
    common = ("--motif", "contrôle DRIEETS 12", "--jusqu-au", "2999-12-31")
    assert docgen("audit", "mission", ADMIN, *common).code == 3
    email = "auditrice@drieets.example.org"
    docgen("account", "invite", email, "--nom", "Anne Durand", "--role", "auditor")
    assert docgen("audit", "mission", email, *common, "--financement", "ABSENT").code == 3
    assert docgen("audit", "mission", email, *common, "--entreprise", "12").code == 2
    made = docgen("audit", "mission", email, *common, "--json").json["id"]
    (row,) = docgen("audit", "missions", "--json").json
    assert (row["id"], row["auditor"], row["in_force"]) == (made, email, True)
    assert docgen("audit", "end-mission", made).code == 0
    assert docgen("audit", "end-mission", made).code == 4


def test_the_policy_and_its_funds_are_said(docgen: Docgen) -> None:
    said = docgen("retention", "policy", "--json").json
    assert said["version"] == said["policy"]["version"] == 1
    assert "à faire valider" in docgen("retention", "policy").out
    assert docgen("retention", "apply", "--json").json["counts"] == {}
    assert docgen("retention", "propose", "--json").json == {"number": None}
    fund = ("--intitule", "FSE+", "--classe", "FSE-2021-2027")
    assert docgen("retention", "fund", "FSE-IDF", *fund).code == 0
    assert docgen("retention", "fund", "FSE-IDF", *fund).code == 4
    assert docgen("retention", "paid", "FSE-IDF", "--le", "2026-03-01").code == 0
    (row,) = docgen("retention", "funds", "--json").json
    assert (row["code"], row["last_payment"]) == ("FSE-IDF", "2026-03-01")
    assert docgen("retention", "hold", "PMSMP-2026-0001", "--motif", "un contrôle").code == 3
    assert docgen("retention", "disposals", "--json").json == []
    assert docgen("retention", "dispose", "ELIM-2026-0001").code == 3


def test_nobody_known_is_not_found_and_nothing_old_is_not_purged(docgen: Docgen) -> None:
    assert docgen("rgpd", "export", "Fatou Diallo").code == 3
    assert docgen("rgpd", "purge", "--json").json == {
        "done": False,
        "references": [],
        "people": 0,
    }
