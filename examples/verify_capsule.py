#!/usr/bin/env python3
"""Checks an audit capsule offline: python3 verify_capsule.py FILE [--key VKEY] [--complete]

Python's standard library and standards.py beside this file, no code of Writ: whoever distrusts Writ reads these lines.
--key is the log's key as you know it from elsewhere, or a file that holds it. A line is ok, FAIL, or gap: absent, or
of a kind that is left to others, so nothing is shown by it. Exit code 1: something FAILs; with --complete also where
there is a gap."""
import argparse, json, os, sys
sys.dont_write_bytecode = True  # leaves nothing beside the files that are read
from standards import b64, commit_parts, digits, git_file, git_id, key_verify, note_signed, root_of, sha256, ssh_signed

FORMAT, LIMIT = "writ-audit/v1", 64 << 20  # bytes of a capsule
lines, reasons = [], {}

def judge(part, sentence, test, given=True, lack="not in the capsule"):
    """One line. What cannot be read does not hold; what is not given is a gap."""
    try:
        verdict = ("ok" if test() else "FAIL") if given else "gap"
    except NotImplementedError as kind:
        verdict, lack = "gap", f"not checked here: {kind}"
    except Exception:
        verdict = "FAIL"
    said = {"ok": sentence, "FAIL": "this does not hold: " + sentence, "gap": reasons.pop(part, lack)}
    lines.append((verdict, part, said[verdict]))
    return verdict == "ok"

def keep(what, items, holds):
    """The items that are what their name says; each other one is named, and not looked at again."""
    wrong = [name for name in sorted(items) if not holds(name, items[name])]
    lines.extend(("FAIL", f"{what} {name}", "it is not what its name says") for name in wrong)
    return {name: item for name, item in items.items() if name not in wrong}

def find(log, kind, *path):
    """(index, body, what lies at the path in the body) of each entry of the kind that has something there."""
    for index, event in log:
        found = event.get(kind)
        for step in path:
            found = (found or {}).get(step)
        if found is not None:
            yield index, event[kind], found

def check_log(capsule, trusted):
    note, keys, witnesses = capsule["checkpoint"], [capsule["keys"]["ledger"]], capsule["keys"]["witnesses"]
    origin, size, root = note.split("\n")[:3]
    entries = keep("entry", {one["index"]: one for one in capsule["entries"]}, lambda index, one:
                   0 <= index < int(size) and b64(root) == root_of(
                       index, int(size), sha256(b"\0" + b64(one["leaf"])), [b64(part) for part in one["proof"]]))
    log = [(index, json.loads(b64(entries[index]["leaf"]))["event"]) for index in sorted(entries)]
    for index, _, one in find(log, "keyRotated", "rotation"):
        text = f"writ-key-rotation/v1\n{one['purpose']}\n{one['size']}\n{one['old']}\n{one['new']}\n".encode()
        is_log = one["purpose"] == "ledger"  # the log's keys follow each other; each attestation names its key
        judge(f"rotation {index}", f"the old and the new {one['purpose']} key signed it", lambda: all(
              key_verify(one[key], text, b64(one[by])) for key, by in (("old", "signedByOld"), ("new", "signedByNew")))
              and (not is_log or (one["old"], one["size"]) == (keys[-1], index)))
        keys += [one["new"]] if is_log else []
    judge("checkpoint", f"{len(log)} entries here are in the log of {size}, whose head {keys[-1]} signed",
          lambda: origin == capsule["origin"] == keys[-1].split("+")[0] and note_signed(note, keys[-1], 1))
    judge("key", "the key you trust signed it, or leads to the one that did", lambda: trusted in keys, trusted,
          "compare it with the key you know: " + keys[0])
    for vkey in witnesses or [""]:
        judge(f"witness {vkey.split('+')[0]}" if vkey else "witnesses", f"{vkey} cosigned the checkpoint",
              lambda: note_signed(note, vkey, 4), witnesses)
    return log

def check_version(told, log, before, blobs):
    version, artefacts = told["version"], told["artefacts"]
    moved = [body["key"] for index, body, _ in find(log, "completed", "result", "published") if index == told["entry"]]
    judge("route", f"entry {told['entry']} sent traffic to {version}", lambda: any(
        (route["endpoint"], to["version"], to["deployment"]) == (told["endpoint"], version, told["deployment"])
        and to["weight"] > 0 for _, body, change in find(before, "intended", "action", "publish", "change")
        for route in change["routes"] for to in route["targets"] if body["key"] in moved))
    record = {one["id"]: one for _, _, one in find(before, "completed", "result", "registered", "version")}.get(version)
    if not judge("version", f"{version} is registered as {artefacts}", lambda: record["artefacts"] == artefacts):
        return False
    orders = {one["id"]: one for _, _, one in find(before, "intended", "action", "execute", "order")}
    ended = {body["execution"]: body for _, body, _ in find(before, "executionFinished")}
    good = lambda outcome: outcome["ending"] == {"exited": {"code": 0}} and "defect" not in outcome
    run, measured = record.get("run"), [one for one in ended if ended[one]["recipe"] == record.get("evaluation")]
    judge("files", "it is a list of files", lambda: json.loads(blobs[artefacts])["files"], artefacts in blobs)
    judge("run", f"{run} made these files of the recorded code and data", lambda: good(ended[run]["outcome"])
          and ended[run]["outcome"]["artefacts"] == artefacts
          and (orders[run]["recipe"], orders[run]["revision"]) == (record["recipe"], record["revision"])
          and {name: one["digest"] for name, one in orders[run]["inputs"].items()} == record["datasets"], run in ended)
    judge("evaluation", "one of these files measured the recorded metrics", lambda: any(
        good(ended[one]["outcome"]) and ended[one]["outcome"]["metrics"] == record["metrics"]
        and orders[one]["model"] == artefacts for one in measured), measured)
    judge("judgement", f"{len(record['gates'])} gates passed on these metrics", lambda: all(
        one["passed"] and one["measured"] == record["metrics"][one["gate"]["metric"]] for one in record["gates"]))
    return True

def check_change(capsule, told, before, blobs, objects):
    head, artefacts, target = told["revision"], told["artefacts"], (told["endpoint"], told["version"])
    accepted = [index for index, body, _ in find(before, "revisionAccepted") if body["revision"] == head]
    judge("revision", f"{head} was accepted before traffic moved", lambda: accepted)
    allowed = [(index, one) for index, _, one in find(before, "changeAllowed", "change")
               if one["head"] == head and one.get("evidence") in blobs]
    index, change = allowed[-1] if allowed else (None, {})
    review = json.loads(blobs[change["evidence"]]) if allowed else {}
    unit = review.get("unit", {})
    if not judge("change", f"entry {index} allowed it, and it moves {target[0]} to {target[1]}", lambda:
                 index < max(accepted) and (unit["base"], unit["head"]) == (change["base"], head)
                 and change["verdict"] == review["decision"]["verdict"] == "allowed" and (*target, artefacts) in [
                     (one["endpoint"], f"{one['model']}:{one['to']['version']}", one["to"].get("digest", artefacts))
                     for one in unit["moves"] if one.get("to")], allowed):
        return
    commits = {one["revision"]: one["authenticity"].get("signed", {}) for one in unit["commits"]}
    parts = lambda name: commit_parts(objects, name)
    # Each commit but the head is a parent of another one, and there are no circles: so all of them lead to the head.
    if not judge("commits", f"{len(commits)} commits lead from {unit['base'][:8]} to {head[:8]}", lambda:
                 {head}.union(*(parts(name)[1] for name in commits)) >= {unit["base"], *commits}
                 and parts(head)[0] == unit["tree"], commits.keys() <= objects.keys()):
        return
    named = lambda what: [one[what] for one in review["policies"].values() if what in one]
    if not judge("signers", "base or operator names them", lambda: True, named("signers") or "signers" in capsule):
        return
    files = lambda what: "\n".join(git_file(objects, unit["base"], path) for path in named(what))
    signers = lambda: files("signers") if named("signers") else b64(capsule["signers"]).decode()
    signed = lambda armor, message, namespace, who, made: ssh_signed(
        armor, message, namespace, who, [made, digits(review["at"])], signers(), files("revoked"))
    for name, who in sorted(commits.items()):
        judge(f"commit {name}", f"{who.get('by')} signed it with {who.get('key')}",
              lambda: signed(parts(name)[4], parts(name)[3], "git", who, parts(name)[2]), who,
              "no signature counts on it, and the rules allowed that")
    bound = (unit["base"], unit["tree"], unit["target"], artefacts)
    for one in capsule["approvals"]:
        message, statement = b64(one["statement"]), json.loads(b64(one["statement"]))
        who = [known["authenticity"]["signed"] for known in unit["approvals"]
               if known["statement"] == statement and "signed" in known["authenticity"]]
        judge(f"approval {statement['person']}", "it is signed for this base, tree and version", lambda:
              (*map(statement.get, ("base", "tree", "target")), statement["versions"][told["version"]]) == bound
              and statement["person"] == who[0]["by"] and statement.get("expires", "9") > review["at"]
              and signed(one["signature"], message, "writ-approval", who[0], digits(statement["signedAt"])))
    for person in change["approvers"]:
        if not any(part == f"approval {person}" for _, part, _ in lines):
            judge(f"approval {person}", "", None, False)
    if "breakGlass" in change:
        judge("emergency", "", None, False, f"{change['breakGlass']['person']} went past the rules")

def attested(one, blobs, pems, artefacts):
    """Whether a DSSE envelope is signed by its key and about these files, which model signing names one by one."""
    envelope = json.loads(blobs[one["blob"]])
    envelope = envelope.get("dsseEnvelope", envelope)
    payload, kind = b64(envelope["payload"]), "application/vnd.in-toto+json"
    statement, signed = json.loads(payload), f"DSSEv1 {len(kind)} {kind} {len(payload)} ".encode() + payload
    about = artefacts[7:] in [subject["digest"].get("sha256") for subject in statement["subject"]]
    if one["kind"] == "signature":
        left_out = (".git", ".gitattributes", ".github", ".gitignore")
        of = lambda pairs: {path: digest for path, digest in pairs if path.split("/")[0] not in left_out}
        about = of((part["name"], "sha256:" + part["digest"]) for part in statement["predicate"]["resources"]) == of(
            (file["path"], file["digest"]) for file in json.loads(blobs[artefacts])["files"])
    named = {"tests": "test-result", "summary": "verification_summary"}.get(one["kind"], one["kind"])
    return (about and envelope["payloadType"] == kind and named in statement["predicateType"].split("/")
            and any(key_verify(pems[one["key"]], signed, b64(each["sig"])) for each in envelope["signatures"]))

def check_statements(capsule, told, log, blobs):
    pems = {"sha256:" + sha256(pem.encode()).hex(): pem for pem in capsule["keys"]["attestation"]}
    made = {f"attest/version/{told['version']}": "version", f"attest/deployment/{told['deployment']}": "deployment"}
    for index, _, table in find(log, "completed", "result", "published", "number"):  # each move has its own statements
        if index == told["entry"]:
            made[f"attest/deployment/{told['deployment']}/{table}"] = "deployment"
    found = [(made[body["key"]], one) for _, body, some in find(log, "completed", "result", "attested", "attestations")
             if body["key"] in made for one in some]
    judge("attestations", f"{len(found)} statements are on record", lambda: True, found)
    for about, one in sorted(found, key=lambda pair: (pair[0], pair[1]["kind"])):
        judge(f"attestation {about} {one['kind']}", "its signature holds, and it is about these files",
              lambda: attested(one, blobs, pems, told["artefacts"]), one["blob"] in blobs and one["key"] in pems)
    keep("attestation key", pems, lambda key, _: key in [one["key"] for _, one in found])
    for index, _, incident in find(log, "integrityFailed", "incident"):
        if incident["replica"].startswith(told["deployment"] + "."):
            judge(f"incident {index}", "", None, False, "a replica had other bytes than were approved")

def check(capsule, trusted):
    told = capsule["deployment"]
    reasons.update((one["part"], one["reason"]) for one in capsule["missing"])
    lines.append(("ok", "capsule", f"{told['endpoint']} serves {told['version']}, deployment {told['deployment']}"))
    log = check_log(capsule, trusted)
    blobs = keep("blob", {name: b64(text) for name, text in capsule["blobs"].items()},
                 lambda name, data: "sha256:" + sha256(data).hex() == name)
    objects = keep("object", {name: (one["kind"], b64(one["bytes"])) for name, one in capsule["objects"].items()},
                   lambda name, one: one[0] in ("commit", "tree", "blob") and git_id(*one, name) == name)
    before = [one for one in log if one[0] < told["entry"]]  # a cause is older than its effect
    if check_version(told, log, before, blobs):
        check_change(capsule, told, before, blobs, objects)
        check_statements(capsule, told, log, blobs)
    for part in sorted(reasons):
        judge(part, "", None, False)

def main(words):
    usage = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usage.add_argument("file"), usage.add_argument("--key"), usage.add_argument("--complete", action="store_true")
    told = usage.parse_args(words)
    try:
        with open(told.file, "rb") as file:
            data = file.read(LIMIT + 1)
        if told.key and os.path.isfile(told.key):
            with open(told.key) as file:
                told.key = file.read().strip()
    except OSError as trouble:
        usage.error(str(trouble))
    try:
        capsule = json.loads(data)
        canonical = json.dumps(capsule, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        order = [one["index"] for one in capsule["entries"]]
        if len(data) > LIMIT or canonical != data or capsule["format"] != FORMAT or order != sorted(set(order)):
            raise ValueError
        check(capsule, told.key)
    except Exception:
        lines.append(("FAIL", "capsule", "it cannot be read as an audit capsule"))
    for verdict, part, sentence in lines:
        print("".join(c if c.isprintable() else "?" for c in f"{verdict:4} {part}: {sentence}"))
    failed, gaps = (sum(line[0] == verdict for line in lines) for verdict in ("FAIL", "gap"))
    print(f"{'WRONG' if failed else 'nothing is wrong'}: {failed} failed, {gaps} gaps, {len(lines)} lines")
    return 1 if failed or gaps and told.complete else 0

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
