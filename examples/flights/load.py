"""Sends real flights through the gateway at a steady rate and counts what comes back, by version.

load.py URL FLIGHTS.csv --rate 40 --seconds 60 --report report.json
Stops early when the file named by --until-file appears. Standard library only.
"""

import argparse
import csv
import http.client
import json
import os
import threading
import time
import urllib.parse

arguments = argparse.ArgumentParser()
arguments.add_argument("url")
arguments.add_argument("flights")
arguments.add_argument("--rate", type=float, default=40, help="requests a second, all connections together")
arguments.add_argument("--seconds", type=float, default=60)
arguments.add_argument("--connections", type=int, default=4)
arguments.add_argument("--until-file", default=None)
arguments.add_argument("--report", required=True)
options = arguments.parse_args()

url = urllib.parse.urlsplit(options.url)
with open(options.flights, newline="") as file:
    flights = [row for _, row in zip(range(5000), csv.DictReader(file))]


def body(flight):
    def text(name):
        return {"name": name, "shape": [1], "datatype": "BYTES", "parameters": {"content_type": "str"}, "data": [flight[name]]}

    def number(name):
        return {"name": name, "shape": [1], "datatype": "INT64", "data": [int(flight[name])]}

    inputs = [number("distance"), text("dest"), text("origin"), text("carrier"), number("hour")]
    return json.dumps({"parameters": {"content_type": "pd"}, "inputs": inputs})


lock = threading.Lock()
requests, failures, latencies, versions, course, errors = 0, 0, [], {}, [], []
begin = time.monotonic()
end = begin + options.seconds


def report():
    ordered = sorted(latencies)
    at = lambda share: round(1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else None
    summary = {
        "requests": requests, "failed": failures, "versions": versions, "course": course,
        "p50_ms": at(0.50), "p99_ms": at(0.99), "seconds": round(time.monotonic() - begin, 1), "errors": errors[:5],
    }
    with open(options.report + ".new", "w") as file:
        json.dump(summary, file)
    os.replace(options.report + ".new", options.report)


def send(index):
    global requests, failures
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=30)
    turn = index
    pause = options.connections / options.rate
    while time.monotonic() < end and not (options.until_file and os.path.exists(options.until_file)):
        start = time.monotonic()
        problem, version = None, None
        try:
            flight = flights[turn % len(flights)]
            connection.request("POST", url.path, body(flight), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            version = answer.getheader("x-writ-version")
            if answer.status != 200:
                problem = f"{answer.status} {content[:200]!r}"
            elif not 5 < json.loads(content)["outputs"][0]["data"][0] < 800:
                problem = f"no air time: {content[:200]!r}"
        except Exception as error:
            problem = repr(error)
            connection.close()
        with lock:
            requests += 1
            if problem:
                failures += 1
                errors.append(problem)
            else:
                latencies.append(time.monotonic() - start)
                versions[version] = versions.get(version, 0) + 1
                if not course or course[-1] != version:
                    course.append(version)
            if requests % 50 == 0:
                report()
        turn += options.connections
        time.sleep(max(0, pause - (time.monotonic() - start)))


threads = [threading.Thread(target=send, args=(index,)) for index in range(options.connections)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
report()
