# A second implementation of what a log promises, to hold the first against: notes, cosignatures, tiles, proofs.
#
# Standard library only, and no code or idea shared with the program it checks. Follows C2SP signed-note,
# tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof and tlog-witness, RFC 6962 and RFC 8032.
# Exits 0 and prints one line when what it was asked holds; otherwise 1 and what does not.
import base64
import hashlib
import os
import sys

# --- Ed25519, straight from RFC 8032 §6: slow and plain ---------------------------------------------------------------
P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def point_add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    w, x, y, z = f - e, h - g, h + g, f + e
    return (w * x % P, y * z % P, x * y % P, w * z % P)


def point_mul(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_decode(data):
    number = int.from_bytes(data, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def ed25519_valid(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = point_decode(key), point_decode(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    return point_equal(point_mul(s, BASE), point_add(r, point_mul(h, a)))


# --- Signed notes -----------------------------------------------------------------------------------------------------
class Wrong(Exception):
    pass


def need(holds, what):
    if not holds:
        raise Wrong(what)


def unbase64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 is not in its one spelling")
    return data


class Key:
    def __init__(self, vkey):
        self.name, self.hex, material = vkey.split("+", 2)
        data = unbase64(material)
        self.type, self.public = data[0], data[1:]
        need(self.type in (1, 4) and len(self.public) == 32, "a vkey is not an Ed25519 key")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        need(self.id.hex() == self.hex, "the id of a vkey does not fit its key")

    def check(self, text, blob):
        """The time of a cosignature, or 0 for a log's signature. Refuses a bad one."""
        if self.type == 1:
            need(ed25519_valid(self.public, text, blob), "a signature of %s does not fit" % self.name)
            return 0
        need(len(blob) == 72, "a cosignature of %s has a wrong length" % self.name)
        time = int.from_bytes(blob[:8], "big")
        need(0 < time < 2**63, "a cosignature of %s has no time" % self.name)
        message = b"cosignature/v1\ntime %d\n" % time + text
        need(ed25519_valid(self.public, message, blob[8:]), "a cosignature of %s does not fit" % self.name)
        return time


def read_note(data):
    """The text's bytes, and a (name, id, signature) for each line."""
    whole = data.decode("utf-8")
    need(whole.endswith("\n") and all(c == "\n" or ord(c) >= 32 for c in whole), "not the text of a note")
    gap = whole.rfind("\n\n")
    need(gap >= 0, "no empty line before the signatures")
    signatures = []
    for line in whole[gap + 2 : -1].split("\n"):
        parts = line.split(" ")
        need(len(parts) == 3 and parts[0] == "\u2014" and parts[1] and "+" not in parts[1], "not a signature line")
        blob = unbase64(parts[2])
        need(len(blob) > 4, "a signature is too short")
        signatures.append((parts[1], blob[:4], blob[4:]))
    return whole[: gap + 1].encode(), signatures


def verify_note(data, keys):
    """The text and who of `keys` signed it. A bad signature of a known key refuses the note."""
    text, signatures = read_note(data)
    found = set()
    for name, key_id, blob in signatures:
        for key in keys:
            if (key.name, key.id) == (name, key_id):
                key.check(text, blob)
                found.add(key)
    return text, found


def size_of(text):
    need(text.isascii() and text.isdigit() and str(int(text)) == text, "not a size: %r" % text)
    return int(text)


def read_checkpoint(data, keys):
    text, found = verify_note(data, keys)
    lines = text.decode().split("\n")
    need(len(lines) >= 4 and lines[-1] == "" and all(lines[:-1]), "not a checkpoint")
    origin, size, root = lines[0], size_of(lines[1]), unbase64(lines[2])
    need(len(root) == 32, "a root is not 32 bytes")
    need(any(key.name == origin and key.type == 1 for key in found), "no known key of %s signed the checkpoint" % origin)
    for key in keys:
        if key.type == 4:
            need(key in found, "the witness %s did not cosign" % key.name)
    return origin, size, root


# --- Trees ------------------------------------------------------------------------------------------------------------
def leaf_hash(data):
    return hashlib.sha256(b"\0" + data).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Merkle tree hashes of RFC 6962 §2.1 over leaf hashes, remembering complete subtrees."""

    def __init__(self, leaves):
        self.rows = [leaves]
        while len(self.rows[-1]) > 1:
            row = self.rows[-1]
            self.rows.append([node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)])

    def mth(self, start, end):
        count = end - start
        if count == 0:
            return hashlib.sha256(b"").digest()
        if count & (count - 1) == 0 and start % count == 0:
            return self.rows[count.bit_length() - 1][start // count]
        split = 1 << ((count - 1).bit_length() - 1)
        return node_hash(self.mth(start, start + split), self.mth(start + split, end))


def inclusion_root(index, size, leaf, path):
    """RFC 9162 §2.1.3.2."""
    need(0 <= index < size, "the entry lies beyond the log")
    fn, sn, result = index, size - 1, leaf
    for part in path:
        need(sn != 0, "the proof is too long")
        if fn & 1 or fn == sn:
            result = node_hash(part, result)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = node_hash(result, part)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0, "the proof is too short")
    return result


def check_consistency(old, old_root, size, root, path):
    """RFC 9162 §2.1.4.2."""
    need(old <= size, "the old tree is larger")
    if old == size or old == 0:
        need(not path, "a proof where none is needed")
        need(old_root == (root if old else hashlib.sha256(b"").digest()), "the roots differ")
        return
    path = list(path)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    need(path, "the proof is empty")
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    before = after = path[0]
    for part in path[1:]:
        need(sn != 0, "the proof is too long")
        if fn & 1 or fn == sn:
            before, after = node_hash(part, before), node_hash(part, after)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            after = node_hash(after, part)
        fn, sn = fn >> 1, sn >> 1
    need(sn == 0 and before == old_root and after == root, "the two trees are not consistent")


# --- Tiles ------------------------------------------------------------------------------------------------------------
def tile_number(index):
    groups = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        groups.insert(0, "x%03d" % (index % 1000))
    return "/".join(groups)


def read_tile(folder, level, index, width):
    """A tile, in the form the size asks for or a fuller one."""
    path = os.path.join(folder, "tile", str(level), tile_number(index))
    if width < 256 and os.path.exists("%s.p/%d" % (path, width)):
        path = "%s.p/%d" % (path, width)
    need(os.path.exists(path), "%s is missing" % os.path.relpath(path, folder))
    with open(path, "rb") as file:
        return file.read(), os.path.relpath(path, folder)


def read_entries(folder, size):
    entries = []
    for index in range((size + 255) // 256):
        width = min(256, size - index * 256)
        data, path = read_tile(folder, "entries", index, width)
        offset, count = 0, 0
        while offset < len(data):
            length = int.from_bytes(data[offset : offset + 2], "big")
            need(offset + 2 + length <= len(data), "%s is cut off" % path)
            if count < width:
                entries.append(data[offset + 2 : offset + 2 + length])
            offset, count = offset + 2 + length, count + 1
        need(width <= count <= 256, "%s has %d entries" % (path, count))
    return entries


def check_tiles(folder, size, tree):
    level = 0
    while size >> (8 * level):
        row = tree.rows[8 * level] if 8 * level < len(tree.rows) else []
        total = size >> (8 * level)
        for index in range((total + 255) // 256):
            width = min(256, total - index * 256)
            data, path = read_tile(folder, level, index, width)
            need(len(data) in (32 * width, 8192), "%s has a wrong length" % path)
            want = b"".join(row[index * 256 : index * 256 + width])
            need(data[: 32 * width] == want, "%s does not hold the hashes of the entries" % path)
        level += 1


def check_log(folder, keys, name="checkpoint"):
    with open(os.path.join(folder, name), "rb") as file:
        origin, size, root = read_checkpoint(file.read(), keys)
    entries = read_entries(folder, size)
    tree = Tree([leaf_hash(entry) for entry in entries])
    need(tree.mth(0, size) == root, "the entries do not have the root the checkpoint signs")
    check_tiles(folder, size, tree)
    return origin, size, root, tree


# --- Proofs and requests ----------------------------------------------------------------------------------------------
def check_proof(data, entry, keys):
    text = data.decode("utf-8")
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    need(lines.pop(0) == "c2sp.org/tlog-proof@v1", "not a tlog-proof")
    if lines and lines[0].startswith("extra "):
        unbase64(lines.pop(0)[6:])
    need(lines and lines[0].startswith("index "), "no index line")
    index = size_of(lines.pop(0)[6:])
    path = [unbase64(line) for line in lines]
    need(all(len(part) == 32 for part in path), "a proof line is not a hash")
    origin, size, root = read_checkpoint(checkpoint.encode(), keys)
    need(inclusion_root(index, size, leaf_hash(entry), path) == root, "the proof does not lead to the root")
    return origin, index, size


def check_request(data, keys, old_checkpoint):
    """An add-checkpoint body, by a witness that last cosigned `old_checkpoint` (nothing when it is None)."""
    head, _, checkpoint = data.decode("utf-8").partition("\n\n")
    lines = head.split("\n")
    need(lines[0].startswith("old "), "no old line")
    old, path = size_of(lines[0][4:]), [unbase64(line) for line in lines[1:]]
    need(len(path) <= 63, "too many proof lines")
    origin, size, root = read_checkpoint(checkpoint.encode(), keys)
    known, known_root = 0, hashlib.sha256(b"").digest()
    if old_checkpoint is not None:
        _, known, known_root = read_checkpoint(old_checkpoint, keys)
    need(old == known, "the request goes on from %d, not from %d" % (old, known))
    check_consistency(old, known_root, size, root, path)
    return origin, old, size


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main(arguments):
    """`note FILE VKEY…`, `log FOLDER VKEY…`, `head FOLDER NAME VKEY…`, `proof FILE ENTRY VKEY…`,
    `consistent FOLDER OLD-CHECKPOINT VKEY…`, `request FILE OLD-CHECKPOINT|- VKEY…`."""
    command, rest = arguments[0], arguments[1:]
    vkeys = [text for text in rest if text.count("+") >= 2]
    keys, rest = [Key(text) for text in vkeys], [text for text in rest if text not in vkeys]
    if command == "note":
        _, found = verify_note(read(rest[0]), keys)
        need(len(found) == len(keys), "not every key given signed the note")
        return "signed by %d" % len(found)
    if command == "log":
        return "%s has %d entries" % check_log(rest[0], keys)[:2]
    if command == "head":
        return "%s has %d entries" % check_log(rest[0], keys, rest[1])[:2]
    if command == "proof":
        return "%s holds entry %d of %d" % check_proof(read(rest[0]), read(rest[1]), keys)
    if command == "consistent":
        origin, size, _, tree = check_log(rest[0], keys)
        _, old, old_root = read_checkpoint(read(rest[1]), keys)
        need(old <= size and tree.mth(0, old) == old_root, "the log does not begin with the old checkpoint")
        return "%s went from %d to %d" % (origin, old, size)
    if command == "request":
        old = None if rest[1] == "-" else read(rest[1])
        return "%s goes from %d to %d" % check_request(read(rest[0]), keys, old)
    raise Wrong("no such command: %s" % command)


if __name__ == "__main__":
    try:
        print(main(sys.argv[1:]))
    except (Wrong, ValueError, UnicodeDecodeError, OSError) as error:
        print("wrong: %s" % error)
        sys.exit(1)
