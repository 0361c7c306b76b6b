"""A worker of Rendercast in Python, standard library only: the words on the wire, and nothing of what is made.

    worker = Worker("http://localhost:8000", key, {"worker": "gpu-1", "engine": "diffusers", "kinds": ["image"]})
    worker.run(make)      # make(job) calls job.stage, job.progress, job.output

`make` returns when the job is done, raises Stopped when it noticed that it should stop, and Failure when it knows why it
failed. Any other exception is told as a failure of the engine, without its words.
"""

import base64
import hashlib
import json
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


class Stopped(Exception):
    """The job was cancelled, or is another worker's by now: whoever makes it lets go."""


class Failure(Exception):
    """Why an attempt failed, in words that anybody may read."""

    def __init__(self, code, message, retryable=None):
        super().__init__(message)
        self.word = {"code": code, "message": message}
        if retryable is not None:
            self.word["retryable"] = retryable


class Refused(Exception):
    """The server refused a word, for good."""

    def __init__(self, status, error):
        super().__init__(f"{error.get('code', status)}: {error.get('message', '')}")
        self.code = error.get("code", "internal")


class Server:
    """One server, which may be gone for a while: a word is said again until it was heard or can no longer matter."""

    FIRST_WAIT_S = 0.2
    LONGEST_WAIT_S = 5.0

    def __init__(self, url, key=None, patience_s=60.0):
        self.url = url.rstrip("/")
        self.key = key
        self.patience_s = patience_s

    def call(self, method, path, query=None, body=None, data=None, headers=None, timeout_s=30.0):
        """Answers the JSON of a success. Raises Refused, or OSError when the server stayed away too long."""
        address = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        sent = {"Accept": "application/json", **(headers or {})}
        if self.key:
            sent["Authorization"] = "Bearer " + self.key
        if data is None and body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        wait_s = self.FIRST_WAIT_S
        until = time.monotonic() + self.patience_s
        while True:
            request = urllib.request.Request(address, data=data, headers=sent, method=method)
            try:
                with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                    return answer.read() if method == "GET" else json.load(answer)
            except urllib.error.HTTPError as refusal:
                with refusal:
                    error = self._error_of(refusal)
                # Away for a moment (it restarts, its disk is full): the same word may be said again.
                if refusal.code not in (429, 503) or time.monotonic() >= until:
                    raise Refused(refusal.code, error) from None
            except (OSError, ValueError):
                if time.monotonic() >= until:
                    raise
            time.sleep(wait_s)
            wait_s = min(self.LONGEST_WAIT_S, wait_s * 2)

    @staticmethod
    def _error_of(refusal):
        try:
            return json.load(refusal).get("error", {})
        except ValueError:
            return {}


class Job:
    """A job under a lease. `stopped` is set when it should stop; every word raises Stopped from then on."""

    # A step may take some milliseconds only; nobody sees more than ten reports a second.
    REPORT_EVERY_S = 0.1
    PREVIEW_EVERY_S = 1.0

    def __init__(self, server, work):
        self.server = server
        self.id = work["jobId"]
        self.lease = work["lease"]
        self.lease_s = work["leaseMs"] / 1000
        self.request = work["request"]
        self.seed = work["seed"]
        self.handle = work["handle"]
        self.stopped = threading.Event()
        self._wants_preview = False
        self._reported = 0.0
        self._previewed = 0.0

    def stage(self, stage, index=None, count=None, steps=None):
        given = {"stage": stage, "index": index, "count": count, "steps": steps}
        self._report({"stage": {name: value for name, value in given.items() if value is not None}})

    def progress(self, fraction, step, steps, preview=None):
        """Says how far the whole attempt is. `preview()` draws (media type, width, height, bytes); asked for when watched."""
        self.check()
        now = time.monotonic()
        if now - self._reported < self.REPORT_EVERY_S and step < steps:
            return
        self._reported = now
        said = {"progress": {"fraction": fraction, "step": step, "steps": steps}}
        if preview is not None and self._wants_preview and now - self._previewed >= self.PREVIEW_EVERY_S:
            self._previewed = now
            media_type, width, height, picture = preview()
            words = base64.b64encode(picture).decode()
            said["preview"] = {"mediaType": media_type, "width": width, "height": height, "base64": words}
        self._report(said)

    def output(self, slot, media_type, data, **about):
        digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
        about["parameters"] = json.dumps(about.get("parameters", {}))
        headers = {"Content-Type": media_type, "Content-Digest": f"sha-256=:{digest}:"}
        self._heed(self._word("PUT", "output", {"slot": slot, **about}, data=data, headers=headers))

    def input(self, artifact_id):
        return self._word("GET", "inputs/" + urllib.parse.quote(artifact_id))

    def check(self):
        if self.stopped.is_set():
            raise Stopped()

    def end(self, how, body=None):
        return self._word("POST", how, body=body)["state"]

    def _report(self, said):
        self.check()
        self._heed(self._word("POST", "report", body=said))

    def _heed(self, answer):
        self._wants_preview = answer["wantsPreview"]
        if answer["standing"] != "held":
            self.stopped.set()
            raise Stopped()

    def _word(self, method, word, query=None, **rest):
        path = f"/v1/worker/jobs/{urllib.parse.quote(self.id)}/{word}"
        try:
            return self.server.call(method, path, {"lease": self.lease, **(query or {})}, **rest)
        except Refused as refusal:
            if refusal.code in ("superseded", "not_found"):
                self.stopped.set()
                raise Stopped() from None
            raise


class Worker:
    """Takes one job after the other."""

    WAIT_MS = 20_000

    def __init__(self, url, key, about):
        self.server = Server(url, key)
        self.about = about
        self.leaving = threading.Event()

    def run(self, make, jobs=None):
        """Works until `leaving` is set, or this many jobs are done. Raises Refused when the server will have none of it."""
        done = 0
        while not self.leaving.is_set() and (jobs is None or done < jobs):
            answer = self.server.call(
                "POST", "/v1/worker/claim", {"wait": self.WAIT_MS}, body=self.about, timeout_s=self.WAIT_MS / 1000 + 30
            )
            if answer["work"] is None:
                continue
            job = Job(self.server, answer["work"])
            print(f"ok   {job.id} {self._live(job, make)}", flush=True)
            done += 1

    def _live(self, job, make):
        ended = threading.Event()
        beating = threading.Thread(target=self._beat, args=(job, ended), daemon=True)
        beating.start()
        try:
            return self._make(job, make)
        except Stopped:
            return "was taken away"
        finally:
            ended.set()
            beating.join(timeout=1)  # a heartbeat that waits is answered as soon as the job is over

    def _make(self, job, make):
        try:
            make(job)
            return job.end("succeed")
        except Stopped:
            # Cancelled: the server ends it. Superseded: this word is refused, as it should be.
            return job.end("hand-back")
        except Failure as failure:
            return job.end("fail", failure.word)
        except Refused:
            raise
        except Exception as error:  # whatever the library threw: its words may name paths
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            return job.end("fail", {"message": "The pipeline failed; the worker's log has the details."})

    def _beat(self, job, ended):
        """Renews the lease, and hears within a second that the job should stop, while the pipeline is busy."""
        word = {"about": self.about, "leases": [{"jobId": job.id, "lease": job.lease}]}
        while not ended.is_set() and not job.stopped.is_set():
            try:
                query = {"wait": int(job.lease_s / 3 * 1000)}
                answer = self.server.call("POST", "/v1/worker/heartbeat", query, body=word)
            except (Refused, OSError) as error:
                print(f"a heartbeat was not heard: {error}", file=sys.stderr, flush=True)
                ended.wait(job.lease_s / 3)
                continue
            if answer["jobs"][0]["standing"] != "held":
                job.stopped.set()
