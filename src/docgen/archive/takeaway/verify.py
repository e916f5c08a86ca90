"""Vérifier ce dossier avec Python seul (3.8 ou plus) : « python3 verify.py [DOSSIER] ».

Sont contrôlés : chaque fichier (SHA-256, SHA-512) ; la signature du dossier et celle de la tête du
journal (ECDSA P-256) ; que le manifeste est au journal (arbre de Merkle, RFC 9162) et qu'il nomme
chaque fichier de data/ ; la chaîne du journal de l'accord. Ne sont pas contrôlés : l'horodatage
(openssl ts) et les signatures dans les PDF (pdfsig). Sort avec 0 si tout tient, 1 sinon.
"""

import base64
import hashlib
import json
import sys
from pathlib import Path

# The curve P-256 (FIPS 186-4, D.1.2.3).
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")


def added(one, other):
    """The sum of two points; None is the point at infinity."""
    if one is None or other is None:
        return one or other
    (x, y), (u, v) = one, other
    if x == u and (y + v) % P == 0:
        return None
    slope = (3 * x * x - 3) * pow(2 * y, -1, P) if one == other else (v - y) * pow(u - x, -1, P)
    w = (slope * slope - x - u) % P
    return w, (slope * (x - w) - y) % P


def times(number, point):
    """A point added to itself that many times."""
    total = None
    while number:
        if number & 1:
            total = added(total, point)
        point, number = added(point, point), number >> 1
    return total


def integers(der):
    """The two integers of an ECDSA signature, in strict DER."""
    found, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        found.append(int.from_bytes(der[at + 2 : at + 2 + size], "big"))
        at += 2 + size
    body = b""
    for one in found:
        raw = one.to_bytes(one.bit_length() // 8 + 1, "big")
        body += bytes([2, len(raw)]) + raw
    if bytes([0x30, len(body)]) + body != der:
        raise ValueError
    return found


def is_signed(content, signature, pem):
    """Whether the P-256 key `pem` signed `content`."""
    try:
        key = base64.b64decode("".join(pem.decode().split("-----")[2].split()), validate=True)
        r, s = integers(signature)
        x, y = int.from_bytes(key[27:59], "big"), int.from_bytes(key[59:91], "big")
        on_curve = (y * y - x**3 + 3 * x - B) % P == 0
        if key[:27] != SPKI or len(key) != 91 or not on_curve or not (0 < r < N and 0 < s < N):
            return False
        inverse = pow(s, -1, N)
        digest = int.from_bytes(hashlib.sha256(content).digest(), "big")
        point = added(times(digest * inverse % N, G), times(r * inverse % N, (x, y)))
        return point is not None and point[0] % N == r
    except (ValueError, IndexError, UnicodeDecodeError):
        return False


def node(left, right):
    """The hash of a node of the tree."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def is_included(index, size, leaf, path, root):
    """RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for sibling in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            leaf = node(sibling, leaf)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            leaf = node(leaf, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and leaf == root


def sums(folder, name, algorithm, wanted, problems):
    """Compare a BagIt manifest with the files, both ways, to the byte."""
    lines = [
        f"{hashlib.new(algorithm, (folder / one).read_bytes()).hexdigest()}  {one}\n"
        for one in sorted(wanted)
    ]
    if (folder / name).read_bytes() != "".join(lines).encode():
        problems.append(f"{name} : ce n'est pas la liste exacte des fichiers.")


def canonical(value):
    """The one way docgen writes JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def check_journal(content, manifest, problems):
    """The journal of the agreement: each line holds the hash of the one before."""
    journal = json.loads(content)
    events = journal["events"]
    previous = hashlib.sha256(f"docgen:{journal['agreement']}".encode()).hexdigest()
    for number, event in enumerate(events, 1):
        body = {key: value for key, value in event.items() if key != "hash"}
        digest = hashlib.sha256(canonical(body)).hexdigest()
        if (event["seq"], event["previous"], event["hash"]) != (number, previous, digest):
            problems.append(f"Journal de l'accord : la ligne {number} ne tient pas.")
            return
        previous = digest
    if (len(events), previous) != (manifest["journal"]["length"], manifest["journal"]["head"]):
        problems.append("Journal de l'accord : il ne s'arrête pas où le manifeste le dit.")


def check(folder):
    """Every problem, and what holds."""
    problems = []
    names = [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    payload = [name for name in names if name.startswith("data/")]
    unlisted = {"tagmanifest-sha256.txt", "proof/bag.sig"}
    for algorithm in ("sha256", "sha512"):
        sums(folder, f"manifest-{algorithm}.txt", algorithm, payload, problems)
    tags = [name for name in names if name not in payload and name not in unlisted]
    sums(folder, "tagmanifest-sha256.txt", "sha256", tags, problems)

    def read(name):
        return (folder / name).read_bytes()

    for content, signature, key in (
        ("tagmanifest-sha256.txt", "proof/bag.sig", "proof/keys/bag.pem"),
        ("proof/sth.json", "proof/sth.sig", "proof/keys/log.pem"),
    ):
        if not is_signed(read(content), read(signature), read(key)):
            problems.append(f"{signature} : ce n'est pas la signature de {content}.")
    head, proof = json.loads(read("proof/sth.json")), json.loads(read("proof/inclusion.json"))
    manifest = json.loads(read("proof/manifest.json"))
    leaf = proof["leaf"].encode()
    facts = json.loads(leaf)["facts"]
    path = [bytes.fromhex(one) for one in proof["path"]]
    hashed = hashlib.sha256(b"\x00" + leaf).digest()
    index, size = json.loads(leaf)["n"], head["tree_size"]
    if not is_included(index, size, hashed, path, bytes.fromhex(head["root"])):
        problems.append("proof/inclusion.json : la preuve ne mène pas à la racine signée.")
    if facts["manifest_sha256"] != hashlib.sha256(read("proof/manifest.json")).hexdigest():
        problems.append("proof/manifest.json : ce n'est pas le manifeste inscrit au journal.")
    named = {}
    for one in manifest["objects"]:
        named[f"data/{one['role']}.{one['key'].rpartition('.')[2]}"] = one["sha256"]
    if sorted(named) != sorted(payload):
        problems.append("data/ : ce ne sont pas les fichiers que nomme le manifeste.")
    for name, digest in named.items():
        if name in payload and hashlib.sha256(read(name)).hexdigest() != digest:
            problems.append(f"{name} : ce n'est pas le fichier que nomme le manifeste.")
    check_journal(read("data/journal.json"), manifest, problems)
    told = f"{manifest['reference']} : {len(payload)} fichiers, ligne {index} sur {size}"
    return problems, f"{told}, journal signé le {head['t']}."


def main():
    """Check the folder that this program is in, or the one that is named."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else __file__)
    folder = folder if folder.is_dir() else folder.resolve().parent
    try:
        problems, told = check(folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        problems, told = [f"Ce dossier est incomplet ou abîmé ({error!r})."], ""
    for problem in problems:
        print(f"NON  {problem}")
    if not problems:
        print(f"OUI  {told}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
