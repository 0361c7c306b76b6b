import { RendercastProvider } from '@rendercast/client/react';
import { Toasts } from './parts/toast.js';
import { Frame } from './shell/frame.js';
import { JobsProvider } from './shell/jobs.js';
import { useSettings } from './shell/settings.js';

/** The studio: one client for the whole page, and a new one for another key. */
export function App() {
  const { apiKey } = useSettings();
  return (
    <Toasts>
      <RendercastProvider key={apiKey} options={{ apiKey: apiKey ?? undefined }}>
        <JobsProvider>
          <Frame />
        </JobsProvider>
      </RendercastProvider>
    </Toasts>
  );
}
