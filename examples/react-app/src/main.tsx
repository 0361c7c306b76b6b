import { RendercastProvider } from '@rendercast/client/react';
import '@rendercast/client/react/styles.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import './app.css';

const root = document.getElementById('app');
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      {/* Without options it talks to the server that the page came from; all tabs share one connection. */}
      <RendercastProvider>
        <App />
      </RendercastProvider>
    </StrictMode>,
  );
