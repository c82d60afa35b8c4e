#!/usr/bin/env python3
"""Checks an audit capsule (.writ-audit) offline: python3 verify_capsule.py FILE [--key VKEY] [--complete]

Standard library only, and no code of Writ: whoever distrusts Writ reads these lines. --key is the log's key as you
know it from elsewhere; without it the capsule's own is shown for you to compare. Exit 0: nothing is wrong (gaps are
named; --complete counts them as wrong). Exit 1: something is."""
import base64, hashlib, json, re, sys
from datetime import datetime, timezone
from fnmatch import fnmatchcase

sha256 = lambda data: hashlib.sha256(data).digest()
moment = lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()
lines, LIMIT = [], 64 << 20


def b64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data) != (text if isinstance(text, bytes) else text.encode()): raise ValueError("not Base64")
    return data


def say(verdict, part, sentence): lines.append((verdict, part, sentence))


def judge(part, good, bad, test):
    """One line of the list: what `test` says, and an input that cannot be read is wrong."""
    try: fine = test()
    except Exception: fine = False
    say("ok" if fine else "FAIL", part, good if fine else bad)
    return bool(fine)


# Ed25519 (RFC 8032, section 5.1.7) and ECDSA over P-256 (FIPS 186-4) with SHA-256: verification alone.
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D, I = -121665 * pow(121666, -1, P) % P, pow(2, (P - 1) // 4, P)


def ed_add(a, b):
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def ed_point(data):
    y, sign = int.from_bytes(data, "little") & (1 << 255) - 1, data[31] >> 7
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    x = x if x * x % P == x2 else x * I % P
    if y >= P or x * x % P != x2 or (x == 0 and sign): raise ValueError("not a point")
    x = x if x & 1 == sign else P - x
    return (x, y, 1, x * y % P)


def multiply(k, point, add, zero):
    result = zero
    while k:
        result, k = add(result, point) if k & 1 else result, k >> 1
        point = add(point, point)
    return result


ED_BASE = ed_point(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(key, message, signature):
    r, s = ed_point(signature[:32]), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    a = multiply(s, ED_BASE, ed_add, (0, 1, 1, 0))
    b = ed_add(r, multiply(k, ed_point(key), ed_add, (0, 1, 1, 0)))
    return len(signature) == 64 and s < L and not ((a[0] * b[2] - b[0] * a[2]) % P or (a[1] * b[2] - b[1] * a[2]) % P)


Q, N = 2**256 - 2**224 + 2**192 + 2**96 - 1, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5, 1)


def p_add(a, b):  # Jacobian coordinates; z = 0 is the neutral point.
    if not a[2] or not b[2]: return b if not a[2] else a
    z1, z2 = a[2] * a[2] % Q, b[2] * b[2] % Q
    u, v, s, t = a[0] * z2 % Q, b[0] * z1 % Q, a[1] * z2 * b[2] % Q, b[1] * z1 * a[2] % Q
    if u == v and s != t: return (1, 1, 0)
    if u == v:
        m, w = 3 * (a[0] - z1) * (a[0] + z1), 4 * a[0] * a[1] * a[1] % Q
        x = (m * m - 2 * w) % Q
        return (x, (m * (w - x) - 8 * pow(a[1], 4, Q)) % Q, 2 * a[1] * a[2] % Q)
    h, r = v - u, t - s
    x = (r * r - h**3 - 2 * u * h * h) % Q
    return (x, (r * (u * h * h - x) - s * h**3) % Q, h * a[2] * b[2] % Q)


def p256(key, message, r, s):
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:65], "big")
    if len(key) != 65 or key[0] != 4 or (y * y - x**3 + 3 * x - B) % Q or not (0 < r < N and 0 < s < N): return False
    w, e = pow(s, -1, N), int.from_bytes(sha256(message), "big")
    point = p_add(*(multiply(k * w % N, p, p_add, (1, 1, 0)) for k, p in ((e, G), (r, (x, y, 1)))))
    return bool(point[2]) and point[0] * pow(point[2], -2, Q) % Q % N == r


def pem_verify(pem, message, der):
    key = b64("".join(pem.split("-----")[2].split()))
    if pem.split("-----")[1] != "BEGIN PUBLIC KEY": return False
    if key[:-32].hex() == "302a300506032b6570032100": return ed25519(key[-32:], message, der)
    if key[:26].hex() != "3059301306072a8648ce3d020106082a8648ce3d030107034200": return False
    n = der[3]
    r, s = der[4:4 + n], der[6 + n:]
    shape = bytes([0x30, len(der) - 2, 2, n]) + r + bytes([2, len(s)]) + s
    return shape == der and p256(key[26:], message, int.from_bytes(r, "big"), int.from_bytes(s, "big"))


# The log: signed notes and RFC 6962 trees (C2SP signed-note, tlog-checkpoint, tlog-cosignature).
def note_key(vkey):
    name, shown, key = vkey.split("+", 2)
    blob = b64(key)
    known = sha256(name.encode() + b"\n" + blob)[:4]
    if known.hex() != shown or len(blob) != 33: raise ValueError("not a key")
    return name, known, blob[0], blob[1:]


def note_parts(note):
    """The text that is signed, and each signature's name, key id and bytes."""
    text, _, signatures = note.rpartition("\n\n")
    parts = [line.split(" ") for line in signatures[:-1].split("\n")]
    if any(len(part) != 3 or part[0] != "\u2014" for part in parts): raise ValueError("not a signed note")
    return text + "\n", [(name, b64(blob)[:4], b64(blob)[4:]) for _, name, blob in parts]


def note_signed(note, vkey):
    """The cosignature's time (0 for the log's own signature) when the key signed the note; else None."""
    (text, signatures), (name, known, kind, key), found = note_parts(note), note_key(vkey), None
    for who, used, signature in signatures:
        if who != name or used != known: continue
        found, head = 0, ""
        if kind == 4:
            found, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            head = f"cosignature/v1\ntime {found}\n"
        if kind not in (1, 4) or not ed25519(key, (head + text).encode(), signature): return None
    return found


def included(index, size, leaf, root, path):
    fn, sn, r = index, size - 1, sha256(b"\0" + leaf)
    for p in path:
        if sn <= 0 or len(p) != 32: return False
        if fn & 1 or fn == sn:
            r = sha256(b"\1" + p + r)
            while fn and not fn & 1: fn, sn = fn >> 1, sn >> 1
        else: r = sha256(b"\1" + r + p)
        fn, sn = fn >> 1, sn >> 1
    return 0 <= index < size and sn == 0 and r == root


# Git and SSH: objects, signatures in commits, allowed_signers.
def git_id(kind, data, like):
    return (hashlib.sha256 if len(like) == 64 else hashlib.sha1)(f"{kind} {len(data)}\0".encode() + data).hexdigest()


def tree_entries(data, width):
    while data:
        head, _, data = data.partition(b"\0")
        yield head.split(b" ", 1)[1], data[:width].hex()
        data = data[width:]


def commit_parts(raw):
    """tree, parents, committer's time, and (payload, signature) by the one rule all programs read alike."""
    head, gap, message = raw.partition(b"\n\n")
    fields = re.findall(rb"[^\n]+(?:\n [^\n]*)*", head)
    signed = [field for field in fields if field.startswith(b"gpgsig")]
    named = lambda name: [field.split(b" ", 1)[1] for field in fields if field.startswith(name + b" ")]
    if b"\0" in raw or len(signed) > 1 or len(named(b"tree")) != 1 or len(named(b"committer")) != 1: raise ValueError
    signature = None
    if signed:
        if not signed[0].startswith(b"gpgsig "): raise ValueError
        signature = (b"\n".join(field for field in fields if field is not signed[0]) + gap + message,
                     signed[0][7:].replace(b"\n ", b"\n") + b"\n")
    return (named(b"tree")[0].decode(), [p.decode() for p in named(b"parent")],
            int(named(b"committer")[0].split()[-2]), signature)


def strings(data):
    while data:
        n = int.from_bytes(data[:4], "big")
        if len(data) < 4 + n: raise ValueError
        yield data[4:4 + n]
        data = data[4 + n:]


def ssh_signature(armored, namespace, message):
    """The key that made this signature; None where this script does not know its kind."""
    body = re.fullmatch(rb"-----BEGIN SSH SIGNATURE-----\n(.*)\n-----END SSH SIGNATURE-----\s*", armored, re.S)[1]
    blob = b64(b"".join(body.split()))
    key, space, reserved, name, value = strings(blob[10:])
    if blob[:10] != b"SSHSIG\0\0\0\1" or space != namespace or reserved: raise ValueError
    text = lambda part: len(part).to_bytes(4, "big") + part
    digest = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}[name](message).digest()
    signed = b"SSHSIG" + text(space) + text(b"") + text(name) + text(digest)
    kind, *numbers = strings(key)
    if kind not in (b"ssh-ed25519", b"ecdsa-sha2-nistp256"): return None
    algorithm, signature = strings(value)
    if algorithm != kind: raise ValueError
    good = (ed25519(numbers[0], signed, signature) if kind == b"ssh-ed25519" else
            p256(numbers[1], signed, *(int.from_bytes(n, "big") for n in strings(signature))))
    if not good: raise ValueError
    return key


def signer(key, namespace, times, listed, revoked):
    """Whose key it is, if it counts for the namespace at all the times; raises otherwise."""
    holders, windows = set(), []
    for line in listed.decode().splitlines():
        shape = r'\s*("[^"]*"|\S+)\s+(?:(?!ssh-|ecdsa-|sk-)((?:[^\s"]|"[^"]*")+)\s+)?((?:ssh|ecdsa|sk)-\S+)\s+(\S+)'
        found = None if line.strip().startswith("#") or not line.strip() else re.match(shape, line)
        if not found or b64(found[4]) != key: continue
        holders.add(found[1].strip('"'))
        options = dict(re.findall(r'([\w-]+)="([^"]*)"', found[2] or ""))
        spaces = options.get("namespaces", "*").split(",")
        window = [name in options and stamp(options[name]) or None for name in ("valid-after", "valid-before")]
        barred = any(s[:1] == "!" and fnmatchcase(namespace, s[1:]) for s in spaces)
        if not barred and any(fnmatchcase(namespace, s) for s in spaces): windows.append(window)
    if len(holders) != 1 or re.search(r"[*?!,]", "".join(holders)): raise ValueError
    if any(key == b64(line.split()[1]) for line in revoked.decode().splitlines() if line.strip()[:1] not in ("", "#")):
        raise ValueError
    for time in times:
        if not any((a is None or time >= a) and (b is None or time < b + 1) for a, b in windows): raise ValueError
    return holders.pop()


def stamp(text):  # YYYYMMDD[HHMM[SS]]Z
    return datetime.strptime(text.rstrip("Z").ljust(14, "0") + "Z", "%Y%m%d%H%M%SZ").replace(
        tzinfo=timezone.utc).timestamp() if text.endswith("Z") else 1 / 0


# The capsule: what its entries say of one deployment, and whether everything else in it is what they name.
def check(capsule, trusted=None):
    told = capsule["deployment"]
    missing = {one["part"]: one["reason"] for one in capsule["missing"]}
    absent = lambda part: say("gap", part, missing.pop(part, "not in the capsule"))
    note = capsule["checkpoint"]
    head = note_parts(note)[0].split("\n")
    endpoint, version, artefacts = told["endpoint"], told["version"], told["artefacts"]
    deployment = told["deployment"]
    say("ok", "capsule", f"{endpoint} serves {version}, deployment {deployment}, by the log {capsule['origin']}")

    # Which entries are in the log, and who signed its head.
    events, bad = [], 0
    for one in capsule["entries"]:
        leaf, proof = b64(one["leaf"]), [b64(part) for part in one["proof"]]
        if not included(one["index"], int(head[1]), leaf, b64(head[2]), proof):
            say("FAIL", f"entry {one['index']}", "it is not in the log that the checkpoint signs")
            bad += 1
            continue
        entry = json.loads(leaf)
        events.append((one["index"], entry, *next(iter(entry["event"].items()))))
    if not bad: say("ok", "entries", f"{len(events)} entries are in the log of {head[1]}")
    events.sort(key=lambda event: event[0])
    find = lambda kind, test: [(index, body) for index, _, name, body in events if name == kind and test(body)]
    completed = lambda result: find("completed", lambda body: result in body["result"])
    intended = lambda action: find("intended", lambda body: action in body["action"])

    keys = [capsule["keys"]["ledger"]]
    for index, body in find("keyRotated", lambda body: True):
        r = body["rotation"]
        text = f"writ-key-rotation/v1\n{r['purpose']}\n{r['size']}\n{r['old']}\n{r['new']}\n".encode()
        raw = lambda key, sig: (ed25519(note_key(key)[3], text, sig) if r["purpose"] == "ledger" else
                                pem_verify(key, text, sig))
        judge(f"rotation {index}", f"the old and the new {r['purpose']} key signed it",
              "it is not signed by the key before it and the new one",
              lambda: raw(r["old"], b64(r["signedByOld"])) and raw(r["new"], b64(r["signedByNew"]))
              and (r["purpose"] != "ledger" or (r["old"], r["size"]) == (keys[-1], index)))
        if r["purpose"] == "ledger": keys.append(r["new"])
    judge("checkpoint", f"{head[1]} entries, signed by {keys[-1]}", "it is not signed by the log's key",
          lambda: head[0] == capsule["origin"] == note_key(keys[-1])[0] and note_signed(note, keys[-1]) == 0)
    if trusted: judge("key", "it is the one you trust, or follows from it", "it does not follow from the key you trust",
                      lambda: trusted in keys)
    else: say("gap", "key", "compare it with the key you know: " + keys[0])
    for vkey in capsule["keys"]["witnesses"]:
        judge(f"witness {vkey.split('+')[0]}", "it cosigned the checkpoint", "it did not cosign this checkpoint",
              lambda: note_signed(note, vkey))
    if not capsule["keys"]["witnesses"]: absent("witnesses")

    # Blobs and Git objects are what their names say; from here on they are taken by name.
    blobs = {name: b64(data) for name, data in capsule["blobs"].items()}
    objects = {name: (one["kind"], b64(one["bytes"])) for name, one in capsule["objects"].items()}
    for name, data in sorted(blobs.items()):
        if "sha256:" + sha256(data).hex() != name:
            say("FAIL", f"blob {name}", "its bytes have another digest")
            del blobs[name]
    for name, (kind, data) in sorted(objects.items()):
        if git_id(kind, data, name) != name:
            say("FAIL", f"object {name}", "its bytes have another id")
            del objects[name]

    # Deployment, version, run.
    published = {body["key"]: index for index, body in completed("published")}
    judge("route", f"entry {told['entry']} sent traffic to {version}", "no entry sends traffic to this version",
          lambda: any(published[body["key"]] == told["entry"] > index and route["endpoint"] == endpoint
                      and any(t["version"] == version and t["deployment"] == deployment and t["weight"] > 0
                              for t in route["targets"])
                      for index, body in intended("publish") for route in body["action"]["publish"]["change"]["routes"]
                      if body["key"] in published))
    records = [(index, body["result"]["registered"]["version"]) for index, body in completed("registered")]
    records = [(index, record) for index, record in records if record["id"] == version]
    if not judge("version", f"{version} is registered as {artefacts}",
                 "no entry registers this version with this digest before it served",
                 lambda: records[0][1]["artefacts"] == artefacts and records[0][0] < told["entry"]):
        return
    record = records[0][1]
    if artefacts in blobs:
        judge("files", "the list of files has the registered digest", "not a list of files",
              lambda: json.loads(blobs[artefacts])["files"])
    else: absent("files")
    orders = [body["action"]["execute"]["order"] for _, body in intended("execute")]
    ended = {body["execution"]: body for _, body in find("executionFinished", lambda body: True)}
    good = lambda outcome: outcome["ending"] == {"exited": {"code": 0}} and "defect" not in outcome
    run = record.get("run")
    if run in ended:
        judge("run", f"{run} made these files from the recorded code and data",
              "the run does not lead to this version",
              lambda: good(ended[run]["outcome"]) and ended[run]["outcome"]["artefacts"] == artefacts
              and any(o["id"] == run and o["recipe"] == record["recipe"] and o["revision"] == record["revision"]
                      and {n: i["digest"] for n, i in o["inputs"].items()} == record["datasets"] for o in orders))
    else: absent("run")
    evaluations = [(name, body) for name, body in ended.items() if body["recipe"] == record.get("evaluation")]
    if evaluations:
        judge("evaluation", "the recorded metrics are what an evaluation of these files measured",
              "the evaluation is of other files or gave other metrics",
              lambda: any(good(body["outcome"]) and body["outcome"]["metrics"] == record["metrics"]
                          and any(o["id"] == name and o["model"] == artefacts for o in orders)
                          for name, body in evaluations))
    else: absent("evaluation")
    judged = find("judged", lambda body: body["judgement"]["artefacts"] == artefacts
                  and body["judgement"].get("evaluation") == record.get("evaluation"))
    if judged:
        judge("judgement", f"{len(record['gates'])} gates passed on these metrics",
              "the gates did not pass, or on other metrics",
              lambda: any(body["judgement"]["results"] == record["gates"] for _, body in judged)
              and all(g["passed"] and g["measured"] == record["metrics"][g["gate"]["metric"]] for g in record["gates"]))
    else: absent("judgement")

    # The change that was allowed, and its commits.
    revision = told["revision"]
    accepted = [i for i, _ in find("revisionAccepted", lambda body: body["revision"] == revision) if i < told["entry"]]
    judge("revision", f"{revision} was accepted before traffic moved", "it was not accepted before traffic moved",
          lambda: accepted)
    allowed = find("changeAllowed", lambda body: body["change"]["head"] == revision)
    reviews = [(i, body["change"], blobs[body["change"]["evidence"]]) for i, body in allowed
               if body["change"].get("evidence") in blobs]
    if reviews:
        index, change, review = reviews[-1][0], reviews[-1][1], json.loads(reviews[-1][2])
        if judge("change", f"entry {index} allowed it, and it moves {endpoint} to {version}",
                 "the change on record is another one",
                 lambda: (review["unit"]["base"], review["unit"]["head"]) == (change["base"], revision)
                 and change["verdict"] == review["decision"]["verdict"] == "allowed" and index < max(accepted)
                 and any(m["endpoint"] == endpoint and f"{m['model']}:{m['to']['version']}" == version
                         and m["to"].get("digest", artefacts) == artefacts for m in review["unit"]["moves"])):
            check_change(capsule, review, change, objects, version, artefacts, absent)
    else: absent("change")

    # Statements others signed off: DSSE over P-256.
    pems = {"sha256:" + sha256(pem.encode()).hex(): pem for pem in capsule["keys"]["attestation"]}
    mine = {f"attest/version/{version}", f"attest/deployment/{deployment}"}
    attested = [(body["key"].split("/")[1], one) for _, body in completed("attested") if body["key"] in mine
                for one in body["result"]["attested"]["attestations"]]
    for name in sorted(set(pems) - {one["key"] for _, one in attested}):
        say("FAIL", f"attestation key {name}", "no entry names this key")
    for about, one in sorted(attested, key=lambda a: (a[0], a[1]["kind"])):
        part = f"attestation {about} {one['kind']}"
        if one["blob"] not in blobs or one["key"] not in pems: absent(part)
        else: judge(part, "its signature holds and it is about these files",
                    "its signature does not hold, or it is about other files",
                    lambda: attestation(one, json.loads(blobs[one["blob"]]), pems[one["key"]], artefacts, blobs))
    if not attested: absent("attestations")
    for index, body in find("integrityFailed", lambda b: b["incident"]["replica"].startswith(deployment + ".")):
        say("gap", f"incident {index}", "a replica had other bytes than were approved")
    for part in sorted(missing): absent(part)


PREDICATES = {"provenance": "https://slsa.dev/provenance/v1",
              "tests": "https://in-toto.io/attestation/test-result/v0.1",
              "signature": "https://model_signing/signature/v1.0",
              "approval": "https://writ.dev/attestation/approval/v1",
              "summary": "https://slsa.dev/verification_summary/v1"}


def attestation(one, envelope, pem, artefacts, blobs):
    envelope = envelope.get("dsseEnvelope", envelope)
    payload, kind = b64(envelope["payload"]), envelope["payloadType"]
    encoded = f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    statement, signatures = json.loads(payload), envelope["signatures"]
    if one["kind"] == "signature":  # OpenSSF model signing names each file instead of the list of files.
        listed = {r["name"]: r["digest"] for r in statement["predicate"]["resources"]}
        left_out = (".git", ".gitattributes", ".github", ".gitignore")
        fits = listed == {f["path"]: f["digest"][7:] for f in json.loads(blobs[artefacts])["files"]
                          if f["path"].split("/")[0] not in left_out}
    else: fits = any(s["digest"].get("sha256") == artefacts[7:] for s in statement["subject"])
    return (fits and kind == "application/vnd.in-toto+json" and statement["_type"] == "https://in-toto.io/Statement/v1"
            and statement["predicateType"] == PREDICATES[one["kind"]]
            and any(pem_verify(pem, encoded, b64(s["sig"])) for s in signatures))


def check_change(capsule, review, change, objects, version, artefacts, absent):
    unit, at = review["unit"], moment(review["at"])
    facts = {one["revision"]: one for one in unit["commits"]}
    commit = lambda name: commit_parts(objects[name][1]) if objects[name][0] == "commit" else 1 / 0

    def leads():
        todo, seen = [unit["head"]], set()
        while todo:
            name = todo.pop()
            if name in facts and name not in seen: todo += commit(name)[1]
            seen.add(name)
        return commit(unit["head"])[0] == unit["tree"] and unit["base"] in seen and set(facts) <= seen

    if not all(name in objects for name in facts): return absent("commits")
    judge("commits", f"{len(facts)} commits lead from {unit['base'][:8]} to {unit['head'][:8]}",
          "they do not lead from the base to the change", leads)

    def at_base(path):
        name = commit(unit["base"])[0]
        for part in path.split("/"):
            kind, data = objects[name]
            name = dict(tree_entries(data, len(name) // 2))[part.encode()]
        return objects[name][1]

    try:
        paths = lambda what: [p[what] for _, p in sorted(review["policies"].items()) if what in p]
        listed, revoked = (b"\n".join(map(at_base, paths(what))) for what in ("signers", "revoked"))
        where = "as the base has them"
        if not paths("signers"):
            listed, where = b64(capsule["signers"]), "as the operator named them: Git does not hold them"
        say("ok", "signers", where)
    except Exception: return absent("signers")

    def signed(part, message, armored, namespace, who, times, more=lambda: True):
        try: key = ssh_signature(armored, namespace.encode(), message) if b"SSH SIG" in armored[:30] else None
        except Exception: key = b""
        if key is None: return say("gap", part, f"{who['by']} signed with a kind of key this check does not know")
        name = "SHA256:" + base64.b64encode(sha256(key)).decode().rstrip("=")
        return judge(part, f"{who['by']} signed with {who['key']}", "its signature does not count, or it is another's",
                     lambda: key and name == who["key"] and signer(key, namespace, times, listed, revoked) == who["by"]
                     and more())

    for name in sorted(facts):
        part, who = f"commit {name}", facts[name]["authenticity"].get("signed")
        if not who: say("gap", part, "no signature counts on it, and the rules allowed that")
        else:
            try: _, _, time, (message, armored) = commit(name)
            except Exception: message, armored, time = b"", b"SSH SIG", 0
            signed(part, message, armored, "git", who, [time, at])

    known = [(one["statement"], one["authenticity"]["signed"]) for one in unit["approvals"]
             if "signed" in one["authenticity"]]
    approved = set()
    for one in capsule["approvals"]:
        statement, message = json.loads(b64(one["statement"])), b64(one["statement"])
        who = next((by for known_one, by in known if known_one == statement), None)
        part = f"approval {statement['person']}"
        if not who: say("FAIL", part, "the decision did not weigh this approval")
        else: signed(part, message, re.sub("[^\\n -~]", "?", one["signature"]).encode(), "writ-approval", who,
                     [moment(statement["signedAt"]), at],
                     lambda: statement["person"] == who["by"] and statement["base"] == unit["base"]
                     and statement["tree"] == unit["tree"] and statement["target"] == unit["target"]
                     and statement["versions"][version] == artefacts
                     and moment(statement.get("expires", "9999-12-31T00:00:00.000Z")) > at)
        approved.update([statement["person"]] if who else [])
    for person in change["approvers"]:
        if person not in approved: absent(f"approval {person}")
    emergency = change.get("breakGlass")
    if emergency: say("gap", "emergency", f"{emergency['person']} went past the rules: {emergency['reason']}")


def main(words):
    try:
        trusted = words[words.index("--key") + 1] if "--key" in words else None
        with open(words[0], "rb") as file: data = file.read(LIMIT + 1)
        capsule = json.loads(data)
        canonical = json.dumps(capsule, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        if len(data) > LIMIT or capsule["format"] != "writ-audit/v1" or canonical != data: raise ValueError("format")
        check(capsule, trusted)
    except Exception as error: say("FAIL", "capsule", "it cannot be read as an audit capsule")
    for verdict, part, sentence in lines:
        print("".join(c if c.isprintable() else "?" for c in f"{verdict:4} {part}: {sentence}"))
    wrong, gaps = (sum(line[0] == verdict for line in lines) for verdict in ("FAIL", "gap"))
    print(f"{'WRONG' if wrong else 'nothing is wrong'}: {wrong} failed, {gaps} gaps, {len(lines)} lines")
    return 1 if wrong or (gaps and "--complete" in words) else 0


if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
