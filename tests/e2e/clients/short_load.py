#!/usr/bin/python3
"""usage: short_load.py URL REPORT: asks for URL on connection after connection, until it is ended by SIGTERM; then
REPORT has one line of JSON: how many answers, and what was refused, reset or not 200. SSL_CERT_FILE is whom to trust."""
import http.client
import json
import signal
import sys
import threading
import urllib.parse

url = urllib.parse.urlsplit(sys.argv[1])
counts = {"answers": 0, "failed": 0, "first_failure": ""}
lock = threading.Lock()
is_over = threading.Event()


def ask(keeps):
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.hostname, url.port, timeout=20)
    try:
        # One that is kept may be closed behind any answer that says so, and http.client opens another then.
        for _ in range(20 if keeps else 1):
            connection.request("GET", url.path, headers={} if keeps else {"Connection": "close"})
            answer = connection.getresponse()
            answer.read()
            with lock:
                counts["answers" if answer.status == 200 else "failed"] += 1
            if answer.status != 200:
                raise OSError(f"status {answer.status}")
    finally:
        connection.close()


def work(keeps):
    while not is_over.is_set():
        try:
            ask(keeps)
        except (OSError, http.client.HTTPException) as error:
            with lock:
                counts["failed"] += 1
                counts["first_failure"] = counts["first_failure"] or repr(error)


threads = [threading.Thread(target=work, args=(i % 2 == 1,)) for i in range(4)]
signal.signal(signal.SIGTERM, lambda *_: is_over.set())
for thread in threads:
    thread.start()
is_over.wait()
for thread in threads:
    thread.join()
with open(sys.argv[2], "w") as report:
    report.write(json.dumps(counts) + "\n")
