import { Component, type ReactNode } from 'react';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';

interface Props {
  children: ReactNode;
}

interface State {
  error: Error | null;
}

/** Keeps the shell alive when a page fails to load or to draw. */
export class Failure extends Component<Props, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="empty" role="alert">
        <Icon name="warning" className="crit" />
        <h1>This page could not be drawn</h1>
        <p>The rest of Topmast goes on. Loading it anew helps when the hub was updated.</p>
        <code>{error.message}</code>
        <Button onClick={() => location.reload()}>Load again</Button>
      </div>
    );
  }
}
