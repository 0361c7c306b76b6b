"""A renderer as it was written for the render socket's first server: only the host is another.

    npm start
    python3 examples/dialects/music_render.py

Needs the package `websockets`, 10 or newer (Debian: apt-get install python3-websockets).
"""

import asyncio
import json
import os
import sys
import urllib.request

import websockets

HOST = os.environ.get("RENDERCAST_URL", "http://localhost:8000")
STAGES = ["connected", "validating", "validated", "generating", "processing", "saving", "extracting", "complete"]
failures = 0


def claim(holds, what):
    global failures
    failures += not holds
    print(f"{'ok  ' if holds else 'FAIL'} {what}", flush=True)


def section(name, duration_ms):
    return {
        "section_name": name,
        "duration_ms": duration_ms,
        "positive_local_styles": [],
        "negative_local_styles": [],
        "lines": [],
    }


async def render(plan):
    """Everything that a render says, and the code that the server closes with."""
    heard = []
    async with websockets.connect(HOST.replace("http", "ws") + "/render/ws") as socket:
        heard.append(json.loads(await socket.recv()))
        await socket.send(json.dumps({"type": "render", "composition_plan": plan}))
        async for text in socket:
            heard.append(json.loads(text))
        return heard, socket.close_code


def download(path):
    with urllib.request.urlopen(HOST + path, timeout=60) as response:
        return response.headers["Content-Type"], len(response.read())


async def main():
    plan = {
        "title": f"Harbour Lights {os.getpid()}",
        "positive_global_styles": ["slow", "strings"],
        "negative_global_styles": [],
        "sections": [section("Intro", 3000), section("Outro", 3000)],
    }
    heard, code = await render(plan)
    progress = [message for message in heard if message["type"] == "progress"]
    percents = [message["progress_percent"] for message in progress]
    claim(list(dict.fromkeys(message["stage"] for message in progress)) == STAGES, "every stage in its order")
    claim(all(type(percent) is int for percent in percents), f"whole percents: {percents}")
    claim(percents == sorted(percents) and percents[-1] == 100, "that never fall, up to 100")
    claim(heard[-1]["type"] == "result" and code == 1000, "the result comes last, then the server closes with 1000")

    song = heard[-1]["data"]
    claim(song["filename"].startswith("harbour_lights_"), f"the file has the name of the song: {song['filename']}")
    size = download(song["stream_url"])
    claim(size == ("audio/mpeg", song["file_size_bytes"]), f"it can be played: {size}")

    heard, code = await render({**plan, "sections": [section("too short", 10)]})
    claim(
        [message["type"] for message in heard] == ["progress", "error"] and code == 1000,
        f"a bad plan is refused at once: {heard[-1].get('message')}",
    )
    claim(heard[-1]["error_code"] == "VALIDATION_ERROR", "with its code")


asyncio.run(asyncio.wait_for(main(), timeout=90))
sys.exit(1 if failures else 0)
