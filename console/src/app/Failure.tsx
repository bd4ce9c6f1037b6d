import { Component, type ReactNode } from 'react';
import i18next from 'i18next';
import { Button, Result } from 'antd';

/** A page that cannot be shown says so, and leaves the others whole. */
export class Failure extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return <Result status="warning" title={i18next.t('failure.title')} subTitle={i18next.t('failure.do')}
      extra={<Button type="primary" onClick={() => window.location.reload()}>{i18next.t('failure.reload')}</Button>} />;
  }
}
