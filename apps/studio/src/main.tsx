import { RendercastProvider } from '@rendercast/client/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { readApiKey } from './shell/api-key.js';
import './styles/tokens.css';
import './styles/studio.css';

const root = document.getElementById('studio');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <RendercastProvider options={{ apiKey: readApiKey() }}>
        <App />
      </RendercastProvider>
    </StrictMode>,
  );
}
