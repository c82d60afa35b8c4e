"""What public standards say, and nothing of Writ: Ed25519, ECDSA on P-256, tree proofs, signed notes, Git's commits,
SSH signatures, allowed_signers. Standard library alone; `verify_capsule.py` uses it.

A function returns whether something holds. It raises NotImplementedError for what it leaves to others (RSA, security
keys, OpenPGP, patterns of names), and anything else for what cannot be read."""
import base64, hashlib, re, time

sha256 = lambda data: hashlib.sha256(data).digest()
number = lambda data, order="big": int.from_bytes(data, order)
digits = lambda text: re.sub(r"\D", "", text)[:14].ljust(14, "0")  # a time as YYYYMMDDHHMMSS; these compare as text

def require(fact):
    if not fact:
        raise ValueError

def b64(text):
    data = base64.b64decode(text, validate=True)
    require(base64.b64encode(data).decode() == text)  # one spelling, or a changed letter might change nothing
    return data

# Ed25519 (RFC 8032, 5.1.7), and ECDSA on P-256 with SHA-256 (FIPS 186-4). Slow and plain: a point is (x, y).
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Q, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")  # stands before the point in a P-256 key

def multiply(k, point, add, total):
    for bit in reversed(bin(k)[2:]):
        total, point = add(total, point) if bit == "1" else total, add(point, point)
    return total

def ed_add(a, b):
    (x, y), (u, v), t = a, b, D * a[0] * a[1] * b[0] * b[1]
    return (x * v + u * y) * pow(1 + t, -1, P) % P, (y * v + x * u) * pow(1 - t, -1, P) % P

def ed_point(data):
    y = number(data, "little") & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    root = pow(square, (P + 3) // 8, P)
    x = next(x for x in (root, root * pow(2, (P - 1) // 4, P) % P) if x * x % P == square)
    return (x if x & 1 == data[31] >> 7 else P - x), y

def ed25519(key, message, signature):
    base, (x, y), s = ed_point(bytes([0x58] + [0x66] * 31)), ed_point(key), number(signature[32:], "little")
    k = number(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y = ed_add(multiply(s, base, ed_add, (0, 1)), multiply(k, (P - x, y), ed_add, (0, 1)))
    whole = len(key) == 32 and len(signature) == 64 and s < L
    return whole and signature[:32] == (y | (x & 1) << 255).to_bytes(32, "little")

def p256_add(a, b):
    if not (a and b):  # None is the neutral point
        return a or b
    (x, y), (u, v) = a, b
    if x == u and y != v:
        return None
    slope = (3 * x * x - 3) * pow(2 * y, -1, Q) if x == u else (v - y) * pow(u - x, -1, Q)
    w = (slope * slope - x - u) % Q
    return w, (slope * (x - w) - y) % Q

def p256(pem, message, der):
    key, n = b64("".join(pem.split("\n")[1:-2])), der[3]
    if not key.startswith(SPKI):
        raise NotImplementedError("a key that is not on P-256")
    x, y, r, s = map(number, (key[27:59], key[59:], der[4:4 + n], der[6 + n:]))  # DER: 30 len 02 n r 02 len s
    require(x < Q and y < Q and (y * y - x**3 + 3 * x - B) % Q == 0 and 0 < r < N and 0 < s < N)
    w, e = pow(s, -1, N), number(sha256(message))
    point = p256_add(multiply(e * w % N, G, p256_add, None), multiply(r * w % N, (x, y), p256_add, None))
    return point and point[0] % N == r

# The log: trees of RFC 6962, and notes as C2SP's signed-note, tlog-checkpoint and tlog-cosignature have them.
def root_of(index, size, node, path):
    """The last hash of a path is the half of the tree that the leaf is not in."""
    if size == 1:
        return b"" if path else node
    half, other = 1 << (size - 1).bit_length() - 1, b"".join(path[-1:])
    if index < half:
        return sha256(b"\1" + root_of(index, half, node, path[:-1]) + other)
    return sha256(b"\1" + other + root_of(index - half, size - half, node, path[:-1]))

def key_verify(key, message, signature):
    """Whether a key signed the bytes: P-256 in PEM, or Ed25519 as a note's key, name+id+base64."""
    if key.startswith("-----"):
        return p256(key, message, signature)
    return ed25519(b64(key.split("+", 2)[2])[1:], message, signature)

def note_signed(note, vkey, kind):
    """Whether the key signed the note (kind 1), or cosigned it and a time (kind 4)."""
    (name, known, key), (text, _, signatures) = vkey.split("+", 2), note.rpartition("\n\n")
    require(b64(key)[0] == kind and sha256(f"{name}\n".encode() + b64(key))[:4].hex() == known)
    found = [b64(one) for one in re.findall(rf"^\u2014 {re.escape(name)} (\S+)$", signatures, re.M)]
    [signature] = [one[4:] for one in found if one[:4].hex() == known]
    if kind == 4:
        text, signature = f"cosignature/v1\ntime {number(signature[:8])}\n{text}", signature[8:]
    return key_verify(vkey, f"{text}\n".encode(), signature)

# Git and SSH: commits, files, allowed_signers (ssh-keygen(1)), SSHSIG (PROTOCOL.sshsig).
def git_id(kind, data, name):
    """The id Git gives an object, by SHA-256 where the name has the length of one."""
    return hashlib.new("sha256" if len(name) == 64 else "sha1", f"{kind} {len(data)}\0".encode() + data).hexdigest()

def commit_parts(objects, name):
    """Tree, parents, time, payload, signature. What programs read in different ways is refused: NUL, two gpgsig."""
    (kind, raw), values = objects[name], lambda word: [one[len(word):] for one in fields if one.startswith(word)]
    head, _, message = raw.partition(b"\n\n")
    fields = re.findall(rb"[^\n]+(?:\n [^\n]*)*", head)  # a line that begins with a space goes on with the one before
    require(kind == "commit" and b"\0" not in raw and b"\n".join(fields) == head)
    require(len(values(b"gpgsig")) == len(values(b"gpgsig ")) <= 1)
    [tree], [committer], armor = values(b"tree "), values(b"committer "), b"".join(values(b"gpgsig "))
    payload = b"\n".join(one for one in fields if not one.startswith(b"gpgsig")) + b"\n\n" + message
    at = time.strftime("%Y%m%d%H%M%S", time.gmtime(int(committer.split()[-2])))
    parents, armor = [one.decode() for one in values(b"parent ")], armor.replace(b"\n ", b"\n").decode()
    return tree.decode(), parents, at, payload, armor

def git_file(objects, commit, path):
    try:
        name = commit_parts(objects, commit)[0]
        for part in path.split("/"):
            rows = re.findall(rb"[0-7]+ ([^\0]+)\0(.{%d})" % (len(name) // 2), objects[name][1], re.S)
            name = dict(rows)[part.encode()].hex()
        return objects[name][1].decode()
    except KeyError:
        raise NotImplementedError(f"{path} of the base is not in the capsule")

def counts(key, who, namespace, at, signers, revoked):
    """Whether allowed_signers says that the key is this person's alone, and counts for the namespace at the time."""
    key, people, counted = base64.b64encode(key).decode(), set(), False
    row = rf"^[ \t]*([^#\s]\S*)[ \t]+(?:(\S+)[ \t]+)?ssh-ed25519[ \t]+{re.escape(key)}(?:\s|$)"
    for person, options in re.findall(row, signers, re.M):
        known = dict(re.findall(r'(namespaces|valid-after|valid-before)="([^"*?!]+)"', options))
        if re.search('[*?!,"]', person) or options != ",".join(f'{name}="{text}"' for name, text in known.items()):
            raise NotImplementedError("a pattern or an option in allowed_signers")
        after, before = digits(known.get("valid-after", "0")), digits(known.get("valid-before", "9" * 14))
        counted |= namespace in known.get("namespaces", namespace).split(",") and after <= at <= before
        people.add(person)
    return counted and people == {who} and key not in revoked.split()

def ssh_signed(armor, message, namespace, who, times, *trust):
    """Whether this is an SSHSIG signature of that person's key, and the key counts at all the times."""
    if namespace == "git" and armor and not armor.startswith("-----BEGIN SSH SIG"):
        raise NotImplementedError("a signature that is not SSH's")
    body = re.fullmatch("-----BEGIN SSH SIGNATURE-----\n([^-]+)\n-----END SSH SIGNATURE-----\n*", armor)[1]
    blob = b64(body.replace("\n", ""))
    key, signature = blob[14:14 + number(blob[10:14])], blob[-64:]
    pack = lambda *parts: b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    require("SHA256:" + base64.b64encode(sha256(key)).decode().rstrip("=") == who["key"])
    if key != pack(b"ssh-ed25519", key[-32:]):
        raise NotImplementedError("an SSH key that is not Ed25519")
    shape = (namespace.encode(), b"", b"sha512")  # the only spelling of the rest, with Git's digest and ssh-keygen's
    require(blob == b"SSHSIG\0\0\0\1" + pack(key, *shape, pack(b"ssh-ed25519", signature)))
    return (ed25519(key[-32:], b"SSHSIG" + pack(*shape, hashlib.sha512(message).digest()), signature)
            and all(counts(key, who["by"], namespace, at, *trust) for at in times))
