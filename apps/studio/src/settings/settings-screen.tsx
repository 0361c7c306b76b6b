import { Choice, NumberField } from '../parts/field.js';
import { Panel } from '../parts/panel.js';
import { ScreenHead } from '../shell/screen-head.js';
import { changeSettings, type Settings, useSettings } from '../shell/settings.js';
import { KeyPanel } from './key-panel.js';
import './settings.css';
import { TidingsPanel } from './tidings-panel.js';

const PREVIEW_WORDS = {
  off: 'No previews are sent. Progress, stages and results are.',
  low: 'A new preview every two seconds: for slow links and metered ones.',
  full: 'Each preview as it comes.',
} as const;

/** Settings: what this browser keeps for this server. Nothing of it leaves the browser but the key. */
export function SettingsScreen() {
  const { theme, previews, imageDefaults } = useSettings();
  const setDefaults = (part: Partial<Settings['imageDefaults']>): void =>
    changeSettings({ imageDefaults: { ...imageDefaults, ...part } });
  return (
    <>
      <ScreenHead title="Settings" />
      <div className="settings">
        <KeyPanel />
        <Panel title="Theme">
          <Choice
            label="Theme"
            value={theme}
            onValue={(chosen) => changeSettings({ theme: chosen })}
            options={[
              { value: 'system', title: 'As the system' },
              { value: 'light', title: 'Light' },
              { value: 'dark', title: 'Dark' },
            ]}
          />
        </Panel>
        <Panel title="Previews">
          <div className="stack">
            <Choice
              label="Previews"
              value={previews}
              onValue={(chosen) => changeSettings({ previews: chosen })}
              options={[
                { value: 'off', title: 'Off' },
                { value: 'low', title: 'Low' },
                { value: 'full', title: 'Full' },
              ]}
            />
            <p className="field-hint">{PREVIEW_WORDS[previews]}</p>
          </div>
        </Panel>
        <TidingsPanel />
        <Panel title="A new image begins with">
          <div className="stack">
            <div className="field-pair">
              <NumberField
                label="Width"
                value={String(imageDefaults.width)}
                onValue={(value) => setDefaults({ width: Number(value) })}
                min={64}
                max={4096}
                step={8}
              />
              <NumberField
                label="Height"
                value={String(imageDefaults.height)}
                onValue={(value) => setDefaults({ height: Number(value) })}
                min={64}
                max={4096}
                step={8}
              />
              <NumberField
                label="Steps"
                value={imageDefaults.steps}
                onValue={(steps) => setDefaults({ steps })}
                min={1}
                max={500}
                placeholder="the engine’s own"
              />
              <NumberField
                label="Guidance"
                value={imageDefaults.guidance}
                onValue={(guidance) => setDefaults({ guidance })}
                min={0}
                max={50}
                step={0.5}
                placeholder="the engine’s own"
              />
            </div>
            <p className="field-hint">Used when the form is emptied. What you typed there is kept until then.</p>
          </div>
        </Panel>
      </div>
    </>
  );
}
