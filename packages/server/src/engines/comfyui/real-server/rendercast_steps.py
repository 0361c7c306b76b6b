"""A node for tests of Rendercast: put this file into the folder custom_nodes of a ComfyUI and start it anew.

It needs no model. It takes as many steps as it is told, shows a preview at each, and can fail in two ways.
"""

import time

import comfy.utils
import torch
from PIL import Image


class RendercastSteps:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "steps": ("INT", {"default": 6, "min": 1, "max": 10000}),
                "step_ms": ("INT", {"default": 100, "min": 0, "max": 60000}),
                "width": ("INT", {"default": 64, "min": 16, "max": 4096}),
                "height": ("INT", {"default": 64, "min": 16, "max": 4096}),
                "seed": ("INT", {"default": 0, "min": 0, "max": 0xFFFFFFFFFFFFFFFF}),
                "fail": (["none", "error", "out_of_memory"],),
            }
        }

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "rendercast"

    def run(self, steps, step_ms, width, height, seed, fail):
        bar = comfy.utils.ProgressBar(steps)
        for step in range(1, steps + 1):
            time.sleep(step_ms / 1000)
            if step == 2 and fail == "error":
                raise RuntimeError("told to fail")
            if step == 2 and fail == "out_of_memory":
                raise torch.OutOfMemoryError("Allocation on device")
            shade = int(255 * step / steps)
            preview = Image.new("RGB", (128, 128), (shade, seed % 256, 128))
            # This is also where an interrupt is noticed.
            bar.update_absolute(step, steps, ("JPEG", preview, 512))
        generator = torch.Generator().manual_seed(seed % (2**63))
        return (torch.rand((1, height, width, 3), generator=generator),)


NODE_CLASS_MAPPINGS = {"RendercastSteps": RendercastSteps}
NODE_DISPLAY_NAME_MAPPINGS = {"RendercastSteps": "Rendercast steps"}
