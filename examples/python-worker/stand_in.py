"""Stands in for a pair of diffusers pipelines where the library is not installed: it is called alike, counts steps alike,
calls back alike and can run out of memory alike. What it paints is a gradient, and says so of itself.
"""

import struct
import time
import zlib


class Picture:
    def __init__(self, width, height, rows):
        self.width, self.height, self._rows = width, height, rows

    def png(self):
        def chunk(kind, data):
            return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        data = b"".join(b"\0" + row for row in self._rows)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 6)) + chunk(b"IEND", b"")


def paint(width, height, seed, done):
    """A gradient in the colours of the seed, as bright as the work is done."""
    red, green = seed % 256, seed // 256 % 256
    rows = []
    for y in range(height):
        blue = int(255 * y / height * done)
        pixels = (bytes((int(red * done), int(green * x / width), blue)) for x in range(width))
        rows.append(b"".join(pixels))
    return Picture(width, height, rows)


class Answer:
    def __init__(self, images):
        self.images = images


class Pipeline:
    """Part of the steps of a picture: up to `denoising_end` (the base), or from `denoising_start` on (the refiner)."""

    def __init__(self, script):
        self.step_s = script.get("stepMs", 20) / 1000
        self.fail_at_step = script.get("memoryAtStep")
        self.num_timesteps = 0

    def __call__(self, generator, num_inference_steps, callback_on_step_end, image=None, **more):
        width, height = (more["width"], more["height"]) if image is None else (image[0].width * 8, image[0].height * 8)
        first = round(num_inference_steps * more.get("denoising_start", 0.0))
        last = round(num_inference_steps * more.get("denoising_end", 1.0))
        self.num_timesteps = last - first
        for step in range(self.num_timesteps):
            if self.fail_at_step is not None and first + step >= self.fail_at_step:
                raise MemoryError()
            time.sleep(self.step_s)
            done = (first + step + 1) / num_inference_steps
            latents = paint(width // 8, height // 8, generator, done)
            callback_on_step_end(self, step, 0, {"latents": latents})
        is_part = more.get("output_type") == "latent"
        return Answer([latents if is_part else paint(width, height, generator, 1.0)])
