import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button.js';
import { EmptyState } from '../parts/panel.js';

/** Keeps a fault of one screen from taking the others along. (A class: React has no other way to catch.) */
export class ScreenFence extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <EmptyState
        icon="alert"
        title="This screen could not be shown"
        actions={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
      >
        Your jobs go on at the server. A newer version of the page may be there; loading it again gets it.
      </EmptyState>
    );
  }
}
