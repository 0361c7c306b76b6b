"""A monitor as it was written for the progress feed's first server: only the host is another.

    npm start
    python3 examples/dialects/progress_feed.py

Needs the package `websockets`, 10 or newer (Debian: apt-get install python3-websockets).
"""

import asyncio
import json
import os
import sys
import urllib.request

import websockets

HOST = os.environ.get("RENDERCAST_URL", "http://localhost:8000")
failures = 0


def claim(holds, what):
    global failures
    failures += not holds
    print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)


def post(path, body):
    data = json.dumps(body).encode()
    request = urllib.request.Request(HOST + path, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


async def call(path, body):
    return await asyncio.get_running_loop().run_in_executor(None, post, path, body)


async def messages_until_end(socket, job_id):
    """Everything that concerns a job, up to its end."""
    heard = []
    async for text in socket:
        message = json.loads(text)
        if message["data"].get("job_id") != job_id:
            continue
        heard.append(message)
        if message["type"] == "generation_complete":
            return heard
    raise ConnectionError("the socket was closed before the end")


async def main():
    uri = HOST.replace("http", "ws") + "/api/v1/ws/progress"
    async with websockets.connect(uri) as socket:
        connected = json.loads(await socket.recv())
        claim(connected["type"] == "connected", "the server greets first")
        await socket.send(json.dumps({"type": "subscribe", "job_ids": None}))
        confirmed = json.loads(await socket.recv())
        claim(
            confirmed["type"] == "subscription_confirmed" and confirmed["data"]["job_ids"] is None,
            "the subscription to all jobs is confirmed",
        )

        queued = await call("/api/v1/generation/queue-generation", {"prompt": "a lighthouse in the rain", "steps": 8})
        heard = await messages_until_end(socket, queued["job_id"])
        updates = [message["data"] for message in heard if message["type"] == "progress_update"]
        progress = [update["progress"] for update in updates]
        claim(heard[0]["type"] == "generation_started", "the first message of the job says that it started")
        claim(progress == sorted(progress) and progress[-1] == 1, f"{len(progress)} updates that never fall, up to 1")
        claim(updates[-1]["status"] == "completed", "the final status comes before the end")
        claim(len(heard[-1]["data"]["images"]) == 1, "the end names the image")

        # The queue is managed over the same socket.
        queued = await call(
            "/api/v1/generation/queue-generation",
            {"prompt": "takes long", "steps": 150, "width": 1024, "height": 1024},
        )
        await socket.send(json.dumps({"type": "cancel", "job_ids": [queued["job_id"]]}))
        heard = await messages_until_end(socket, queued["job_id"])
        end = heard[-1]["data"]
        claim(end["status"] == "failed" and end["error_message"], f"a cancelled job ends with words: {end['error_message']}")


asyncio.run(asyncio.wait_for(main(), timeout=60))
sys.exit(1 if failures else 0)
