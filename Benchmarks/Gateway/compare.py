#!/usr/bin/env python3
"""Compares the gateway with nginx and HAProxy before the same nginx: interleaved rounds, medians, ratios to HAProxy.

usage: compare.py GATEWAY-COMMAND...   where {data} and {port} stand for the data directory and the port, as in
       compare.py .build/release/writ internal-gateway --data {data} --listen 127.0.0.1:{port} --loops 1
"""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS, SECONDS, CONNECTIONS = 5, 4, 32
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PROXY_CORE, LOAD_CORE = ("1", "0") if (os.cpu_count() or 1) > 1 else ("0", "0")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port):
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            return socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.05)
    sys.exit(f"nothing listens on port {port}")


def start(core, *command):
    return subprocess.Popen(["taskset", "-c", core, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cpu_seconds(pid):
    """CPU time of a process and of its children."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_SECOND


def nginx(folder, name, body):
    path = folder / f"{name}.conf"
    path.write_text(
        f"daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log /dev/null;\n"
        f"events {{ worker_connections 4096; }}\nhttp {{ access_log off; keepalive_requests 100000000; "
        f"client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; "
        f"uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{body}\n}}\n")
    return ["nginx", "-c", str(path)]


def proxies(folder, upstream, gateway):
    ports = {name: free_port() for name in ("nginx", "haproxy", "writ")}
    haproxy = folder / "haproxy.cfg"
    haproxy.write_text(
        "global\n nbthread 1\n maxconn 4096\ndefaults\n mode http\n timeout connect 2s\n timeout client 60s\n timeout server 60s\n"
        f" http-reuse always\nlisten l\n bind 127.0.0.1:{ports['haproxy']}\n option forwardfor\n"
        f" http-request replace-path /a(/.*)? \\1\n server s 127.0.0.1:{upstream}\n")
    data = folder / "data"
    (data / "gateway").mkdir(parents=True)
    deployment = "a-1f2e3d4c5b6a"
    (data / "gateway/table.json").write_text(json.dumps({"number": 1, "routes": [{"endpoint": "a", "targets": [{
        "version": "m:1", "weight": 100, "deployment": deployment,
        "replicas": [{"replica": f"{deployment}.0.0", "host": "127.0.0.1", "port": upstream}]}]}]}))
    commands = {
        "nginx": nginx(folder, "proxy", f"upstream u {{ server 127.0.0.1:{upstream}; keepalive 256; keepalive_requests 100000000; }}"
                       f" server {{ listen 127.0.0.1:{ports['nginx']}; location /a/ {{ proxy_pass http://u/; "
                       'proxy_http_version 1.1; proxy_set_header Connection ""; '
                       "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; } }"),
        "haproxy": ["haproxy", "-db", "-f", str(haproxy)],
        "writ": [word.replace("{data}", str(data)).replace("{port}", str(ports["writ"])) for word in gateway],
    }
    return {name: (start(PROXY_CORE, *command), ports[name]) for name, command in commands.items()}


def round_of(process, port, script, seconds=SECONDS):
    before = cpu_seconds(process.pid)
    text = subprocess.run(
        ["taskset", "-c", LOAD_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-s", str(script),
         f"http://127.0.0.1:{port}/a/x"], capture_output=True, text=True, check=True).stdout
    requests = int(re.search(r"(\d+) requests in", text)[1])
    if "Non-2xx" in text:
        sys.exit(f"requests failed:\n{text}")
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return {
        "cpu": (cpu_seconds(process.pid) - before) / requests * 1e6,
        "rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "p99": float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
    }


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    missing = [tool for tool in ("nginx", "haproxy", "wrk", "taskset") if not shutil.which(tool)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}; install Debian's nginx-light, haproxy, wrk and util-linux")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        script = folder / "post.lua"
        script.write_text('wrk.method = "POST"\nwrk.body = string.rep("x", 1024)\nwrk.headers["content-type"] = "application/json"\n')
        upstream = free_port()
        answer = "x" * 200
        started = [start(LOAD_CORE, *nginx(folder, "upstream", f'server {{ listen 127.0.0.1:{upstream}; location / {{ return 200 "{answer}"; }} }}'))]
        try:
            running = proxies(folder, upstream, sys.argv[1:])
            started += [process for process, _ in running.values()]
            for port in [upstream] + [port for _, port in running.values()]:
                wait_for(port)
            results = {proxy: [] for proxy in running}
            for process, port in running.values():
                round_of(process, port, script, seconds=1)
            for number in range(ROUNDS):
                # Each goes first in turn: the machine may slow down within a round.
                names = list(running)
                for proxy in names[number % len(names):] + names[:number % len(names)]:
                    results[proxy].append(round_of(*running[proxy], script))
            report(results)
        finally:
            for process in started:
                process.send_signal(signal.SIGTERM)
            for process in started:
                process.wait()


def report(results):
    median = {proxy: {key: statistics.median(one[key] for one in rounds) for key in rounds[0]} for proxy, rounds in results.items()}
    base = median["haproxy"]
    print(f"POST 1 KiB, answer 200 B, {CONNECTIONS} connections, medians of {ROUNDS} interleaved rounds of {SECONDS} s")
    print(f"{'':10}{'CPU us/request':>16}{'lowest-highest':>16}{'ratio':>8}{'requests/s':>13}{'ratio':>8}{'p99 ms':>9}")
    for proxy, one in median.items():
        rounds = [each["cpu"] for each in results[proxy]]
        spread = f"{min(rounds):.1f}-{max(rounds):.1f}"
        print(f"{proxy:10}{one['cpu']:16.1f}{spread:>16}{one['cpu'] / base['cpu']:8.2f}"
              f"{one['rate']:13.0f}{one['rate'] / base['rate']:8.2f}{one['p99']:9.2f}")
    ratios = [own["cpu"] / other["cpu"] for own, other in zip(results["writ"], results["haproxy"])]
    print("writ's CPU to HAProxy's, round by round: " + " ".join(f"{ratio:.2f}" for ratio in ratios))


if __name__ == "__main__":
    main()
