import { useEffect, useState } from 'react';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/problems';

/** A problem as a sentence, with what to do about it. */
export function ProblemAlert({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation();
  if (!error) return null;
  const problem = error instanceof Problem ? error : null;
  const title = problem?.type === 'offline' ? t('problem.offline') : problem?.stale ? t('problem.stale')
    : problem?.status === 503 ? t('problem.busy') : problem?.title || t('problem.unknown');
  const detail = problem?.detail || (problem?.stale ? t('problem.stale.do') : problem?.type === 'offline' ? t('problem.offline.do') : '');
  return (
    <Alert
      className="problem" type={problem?.stale || problem?.type === 'offline' ? 'warning' : 'error'} showIcon title={title}
      description={<>
        {detail && <p>{detail}</p>}
        {problem && problem.errors.length > 0 && <ul>{problem.errors.map((one) => <li key={one.pointer + one.detail}>{one.detail}</li>)}</ul>}
        {problem?.status === 503 && <Countdown seconds={problem.retryAfter ?? 5} done={retry} />}
      </>}
      action={retry && <Button size="small" onClick={retry}>{t('retry')}</Button>}
    />
  );
}

function Countdown({ seconds, done }: { seconds: number; done?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const [left, setLeft] = useState(seconds);
  useEffect(() => {
    if (left <= 0) {
      done?.();
      return undefined;
    }
    const timer = window.setTimeout(() => setLeft(left - 1), 1000);
    return () => window.clearTimeout(timer);
  }, [left, done]);
  return <p>{t('problem.busy.do', { seconds: Math.max(left, 0) })}</p>;
}
