import { useState } from 'react';
import { Button } from '../parts/button.js';
import { Switch } from '../parts/field.js';
import { Panel } from '../parts/panel.js';
import { changeSettings, useSettings } from '../shell/settings.js';
import { playChime } from '../shell/tidings.js';

/** Whether the page says when something is done and nobody looks at it. */
export function TidingsPanel() {
  const { notify, sound } = useSettings();
  const [refused, setRefused] = useState(() => 'Notification' in window && Notification.permission === 'denied');

  async function setNotify(on: boolean): Promise<void> {
    if (!on) return changeSettings({ notify: false });
    const answer = 'Notification' in window ? await Notification.requestPermission() : 'denied';
    setRefused(answer === 'denied');
    changeSettings({ notify: answer === 'granted' });
  }

  return (
    <Panel title="When something is done">
      <div className="stack">
        <Switch
          label="Show a notification while the page is hidden"
          on={notify}
          onChange={(on) => void setNotify(on)}
        />
        {refused ? (
          <p className="field-problem">
            The browser does not let this page notify you. Allow it in the browser’s settings for this site.
          </p>
        ) : null}
        <Switch
          label="Play a soft sound"
          on={sound}
          onChange={(on) => {
            changeSettings({ sound: on });
            if (on) playChime(true);
          }}
        />
        {sound ? (
          <div className="button-row">
            <Button size="small" tone="quiet" icon="play" onClick={() => playChime(true)}>
              Hear “done”
            </Button>
            <Button size="small" tone="quiet" icon="play" onClick={() => playChime(false)}>
              Hear “failed”
            </Button>
          </div>
        ) : null}
        <p className="field-hint">The tab’s title always says how far a job is.</p>
      </div>
    </Panel>
  );
}
