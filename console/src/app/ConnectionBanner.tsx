import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { useConnection } from '@/lib/connection';

/** The state of the connection, while it is not as it should be. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const { state } = useConnection();
  return (
    <div role="status" className="no-print">
      {state !== 'online' && <Alert banner type="warning" showIcon title={t(state === 'offline' ? 'connection.offline' : 'connection.busy')} />}
    </div>
  );
}
