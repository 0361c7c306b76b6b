import { describe, expect, it } from 'vitest';
import { submitSchema } from '../../commands.js';
import type { Artifact, ImageRequest } from '../../media.js';
import { inputsOf } from './given-pictures.js';
import { readParams, submitOf } from './params.js';

/** The start of a PNG and of a JPEG are all that is looked at. */
const PNG = btoa('\x89PNG\r\n\x1a\n and so on');
const JPEG = btoa('\xff\xd8\xff and so on');

/** A house that takes files. */
function createShelf() {
  const put: { mediaType: string; text: string }[] = [];
  return {
    put,
    async putFile({ mediaType, body }: { mediaType: string; body: AsyncIterable<Uint8Array> }): Promise<Artifact> {
      let text = '';
      for await (const part of body) text += String.fromCharCode(...part);
      put.push({ mediaType, text: text.slice(-9) });
      return { id: `a_${put.length}` } as Artifact;
    },
  };
}

async function requestOf(params: object): Promise<{ request: ImageRequest; put: { mediaType: string }[] }> {
  const shelf = createShelf();
  const read = readParams({ prompt: 'a fox', ...params });
  const submit = submitOf(read, 'auto', await inputsOf(read, shelf));
  expect(submitSchema.safeParse(submit).error?.issues ?? []).toEqual([]);
  return { request: submit.request as ImageRequest, put: shelf.put };
}

describe('pictures among the parameters', () => {
  it('become inputs: control images with their kind, weight and part of the run', async () => {
    const unit = { image: PNG, weight: '0.8', guidance_start: 0.1, guidance_end: 0.9 };
    const { request, put } = await requestOf({
      controlnet_units: [
        { ...unit, control_type: 'Canny', module: 'canny', model: 'control_canny [d14c]' },
        { image: 'a_depth-map', control_type: 'All', module: 'None', model: 'control_depth' },
        { image: PNG, enabled: false, control_type: 'pose' },
      ],
    });
    expect(request.inputs).toEqual([
      {
        ...{ artifactId: 'a_1', role: 'control', control: 'canny' },
        ...{ weight: 0.8, startFraction: 0.1, endFraction: 0.9 },
      },
      { artifactId: 'a_depth-map', role: 'control', control: 'control_depth' },
    ]);
    expect(put).toEqual([{ mediaType: 'image/png', text: 'and so on' }]);
    expect(request.extra).toEqual({});
  });

  it('become inputs: pictures to start from and a mask, each stored once', async () => {
    const { request, put } = await requestOf({
      ...{ init_images: [`data:image/png;base64,${JPEG}`, 'http://host:8000/v1/artifacts/a_x9?expires=1&signature=s'] },
      ...{ mask: PNG, denoising_strength: 0.4 },
      // As in the servers that this form is known from: without a picture of its own, the first one guides.
      alwayson_scripts: { ControlNet: { args: [{ control_type: 'depth' }] }, other: { args: [1] } },
    });
    expect(request.inputs).toEqual([
      { artifactId: 'a_1', role: 'init', strength: 0.4 },
      { artifactId: 'a_x9', role: 'init', strength: 0.4 },
      { artifactId: 'a_2', role: 'mask' },
      { artifactId: 'a_1', role: 'control', control: 'depth' },
    ]);
    // The first bytes say what it is, not the sender.
    expect(put.map(({ mediaType }) => mediaType)).toEqual(['image/jpeg', 'image/png']);
    expect(request.extra).toEqual({ denoising_strength: 0.4, alwayson_scripts: { other: { args: [1] } } });
  });

  it('may be absent, null or empty, as clients of forms send them', async () => {
    const { request } = await requestOf({ init_images: [''], mask: '', controlnet_units: null, alwayson_scripts: {} });
    expect(request.inputs).toBeUndefined();
    expect((await requestOf({ init_images: null, mask: null })).request.extra).toEqual({});
  });

  it.each([
    [{ init_images: ['not base64!'] }, 'init_images.0'],
    [{ init_images: [btoa('GIF89a and no more')] }, 'init_images.0'],
    [{ mask: 'https://example.org/mask.png' }, 'mask'],
    [{ mask: '/etc/passwd' }, 'mask'],
    [{ controlnet_units: [{ control_type: 'canny' }] }, 'controlnet_units.0.image'],
    [{ controlnet_units: [{ image: PNG, weight: 11 }] }, 'controlnet_units.0.weight'],
    [{ alwayson_scripts: { controlnet: { args: [{ image: PNG, guidance_end: 2 }] } } }, 'alwayson_scripts.controlnet'],
    [{ init_images: Array.from({ length: 8 }, () => PNG), mask: PNG }, 'init_images'],
  ])('that are none name their field, and nothing is stored: %j', async (params, field) => {
    const shelf = createShelf();
    const attempt = async () => await inputsOf(readParams({ prompt: 'a fox', ...params }), shelf);
    await expect(attempt()).rejects.toMatchObject({ code: 'invalid_field', message: expect.stringContaining(field) });
    expect(shelf.put).toEqual([]);
  });
});
