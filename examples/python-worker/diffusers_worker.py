"""A worker for Hugging Face diffusers: Stable Diffusion XL, base and refiner.

    npm start
    python3 examples/python-worker/diffusers_worker.py --url http://localhost:8000

Where diffusers and torch are not installed (or with --stand-in) a stand-in paints, so that all the rest can be tried. Ends
with 1 when the server will have none of it. RENDERCAST_KEY holds a key with the role `worker`, if the server has keys.
"""

import argparse
import io
import os
import sys

from rendercast_worker import Failure, Job, Refused, Stopped, Worker

BASE = "stabilityai/stable-diffusion-xl-base-1.0"
REFINER = "stabilityai/stable-diffusion-xl-refiner-1.0"

try:
    import torch
    from diffusers import DiffusionPipeline
except ImportError:
    torch = None


class Diffusers:
    """The real pipelines, loaded once."""

    name = "Stable Diffusion XL 1.0"

    def __init__(self):
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        kind = torch.float16 if self.device == "cuda" else torch.float32
        self.base = DiffusionPipeline.from_pretrained(BASE, torch_dtype=kind, use_safetensors=True).to(self.device)
        shared = {"text_encoder_2": self.base.text_encoder_2, "vae": self.base.vae}
        self.refiner = DiffusionPipeline.from_pretrained(REFINER, torch_dtype=kind, use_safetensors=True, **shared)
        self.refiner.to(self.device)

    def pipelines(self, _request):
        return self.base, self.refiner

    def generator(self, seed):
        return torch.Generator(self.device).manual_seed(seed)

    def is_out_of_memory(self, error):
        if not isinstance(error, torch.cuda.OutOfMemoryError):
            return isinstance(error, MemoryError)
        torch.cuda.empty_cache()
        return True

    def encode(self, picture):
        written = io.BytesIO()
        picture.save(written, "PNG")
        return picture.width, picture.height, written.getvalue()

    def preview(self, latents):
        """Four channels of latents seen as three of colour: cheap, and close enough to watch."""
        from PIL import Image

        # How each latent channel of SDXL shows in red, green and blue, as the documentation of diffusers has it.
        weights = torch.tensor([[60.0, 60, 60], [-60, -5, 10], [25, 15, -5], [-70, -50, -35]], device=latents.device)
        mean = torch.tensor([150.0, 140, 130], device=latents.device)
        rgb = torch.einsum("chw,cr->hwr", latents[0].float(), weights) + mean
        picture = Image.fromarray(rgb.clamp(0, 255).byte().cpu().numpy()).resize((256, 256 * rgb.shape[0] // rgb.shape[1]))
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=75)
        return "image/jpeg", picture.width, picture.height, written.getvalue()


class StandIn:
    """Paints where the library is missing."""

    name = "Stand-in"

    def pipelines(self, request):
        import stand_in

        script = request.get("extra", {}).get("standIn", {})
        return stand_in.Pipeline(script), stand_in.Pipeline(script)

    def generator(self, seed):
        return seed

    def is_out_of_memory(self, error):
        return isinstance(error, MemoryError)

    def encode(self, picture):
        return picture.width, picture.height, picture.png()

    def preview(self, latents):
        return "image/png", latents.width, latents.height, latents.png()


class Count:
    """Steps over all stages and images. A loop's real number shows when it starts; the total only ever corrects itself."""

    def __init__(self, images, planned):
        self.total = images * sum(planned)
        self.done = 0

    def loop(self, planned, real):
        self.total += real - planned


def make(job: Job, house):
    request = job.request
    steps, refining = request.get("steps", 30), request.get("refinerSteps", 0)
    count = request.get("count", 1)
    base, refiner = house.pipelines(request)
    tally = Count(count, [steps, refining])
    stages = count * (2 if refining else 1)
    for slot in range(count):
        seed = job.seed + slot
        common = {
            "prompt": request["prompt"],
            "negative_prompt": request.get("negativePrompt"),
            "width": request.get("width", 1024),
            "height": request.get("height", 1024),
            "guidance_scale": request.get("guidance", 7.0),
            "num_inference_steps": steps + refining,
            "callback_on_step_end_tensor_inputs": ["latents"],
            "generator": house.generator(seed),
        }
        first = slot * (2 if refining else 1) + 1
        job.stage("base_model", first, stages, tally.total)
        # Each pipeline counts from 0 again: the base makes the first part of the steps, the refiner the rest.
        part = steps / (steps + refining)
        end = {"denoising_end": part, "output_type": "latent"} if refining else {}
        images = base(**common, **end, callback_on_step_end=callback(job, house, tally, steps)).images
        if refining:
            job.stage("refiner_model", first + 1, stages, tally.total)
            # It takes its size from the latents.
            rest = {name: value for name, value in common.items() if name not in ("width", "height")}
            back = callback(job, house, tally, refining)
            images = refiner(**rest, image=images, denoising_start=part, callback_on_step_end=back).images
        picture = images[0]
        width, height, data = house.encode(picture)
        parameters = {"seed": seed, "steps": steps, "refinerSteps": refining, "model": house.name}
        job.output(slot, "image/png", data, name=f"{seed}.png", width=width, height=height, parameters=parameters)


def callback(job, house, tally, planned):
    """What a pipeline calls after each step: the only place where a cancel can take hold."""

    def on_step_end(pipe, step, _timestep, tensors):
        if step == 0:
            tally.loop(planned, pipe.num_timesteps)
        tally.done += 1
        # An exception stops at once. `pipe._interrupt` would decode and hand over half a picture.
        total = max(tally.total, tally.done)
        job.progress(tally.done / total, tally.done, total, lambda: house.preview(tensors["latents"]))
        return tensors

    return on_step_end


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--url", default=os.environ.get("RENDERCAST_URL", "http://localhost:8000"))
    options.add_argument("--name", default="diffusers-1", help="shown as the backend; the same after a restart")
    options.add_argument("--engine", default="diffusers", help="what jobs ask for")
    options.add_argument("--auto", action="store_true", help="take jobs that ask for no engine, too")
    options.add_argument("--jobs", type=int, help="end after so many jobs")
    options.add_argument("--stand-in", action="store_true", help="paint without diffusers")
    given = options.parse_args()
    house = StandIn() if given.stand_in or torch is None else Diffusers()

    def careful(job):
        try:
            make(job, house)
        except (Stopped, Failure, Refused):
            raise
        except Exception as error:
            if not house.is_out_of_memory(error):
                raise
            # The same job would not fit the next time either; a smaller one may.
            raise Failure("out_of_memory", "The picture does not fit in the memory of the card.", False) from None

    about = {
        "worker": given.name,
        "engine": given.engine,
        "kinds": ["image"],
        "features": ["negativePrompt", "guidance", "refiner", "steps", "previews", "count"],
        "auto": given.auto,
    }
    print(f"{house.name} at {given.url}", flush=True)
    try:
        Worker(given.url, os.environ.get("RENDERCAST_KEY"), about).run(careful, given.jobs)
    except (Refused, OSError) as error:
        print(f"FAIL the server will have none of it: {error}", flush=True)
        sys.exit(1)


main()
