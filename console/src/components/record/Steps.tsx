import { useState } from 'react';
import { Button, Drawer, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Row } from '@/api/hooks';
import { operation, stepsBelow, type Meta, type Service } from '@/api/meta';
import { spoken, word } from '@/lib/i18n';
import { useKeys } from '@/lib/keyboard';
import { OperationForm } from '../form/OperationForm';
import { useGate } from './gate';

export interface NextStep { step: string; allowed: boolean; reason: string | null; problem?: string | null }
interface Props {
  service: Service; meta: Meta; op: string; path: Record<string, string>; etag: string | null; steps: NextStep[];
  /** Operations that the record does not list as next steps, offered with them. */
  more?: string[]; refresh: () => void; initial?: Row;
}
const KEYS: Record<string, string[]> = { a: ['approval', 'decision', 'verification', 'confirmation', 'review'], r: ['return', 'refusal', 'deferral'] };

/** What can be done with a record. A barred step is shown with its reason, not hidden. */
export function Steps({ service, meta, op, path, etag, steps, more = [], refresh, initial }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<string | null>(null);
  const gate = useGate();
  const below = stepsBelow(meta, op);
  const offered = [
    ...steps.flatMap((one) => (below[one.step] ? [{ ...one, op: below[one.step] ?? '' }] : [])),
    ...more.filter((id) => meta.operations[id]).map((id) => ({ ...gate(id, operation(meta, id).needs ?? []), op: id })),
  ];
  const press = (key: string) => () => {
    const step = offered.find((one) => one.allowed && KEYS[key]?.includes(one.step));
    if (step) setOpen(step.op);
  };
  useKeys({ a: press('a'), r: press('r') });
  if (offered.length === 0) return null;
  const called = (id: string) => (spoken() === 'zh' ? operation(meta, id).zh : operation(meta, id).en);
  return (
    <div className="steps no-print" role="group" aria-label={t('steps.label')}>
      {offered.map((one, at) => {
        const text = word(one.step, 'step') === one.step || spoken() === 'en' ? called(one.op) : word(one.step, 'step');
        const button = (
          <Button key={one.op} type={at === 0 && one.allowed ? 'primary' : 'default'} disabled={!one.allowed}
            aria-describedby={one.allowed ? undefined : `why-${one.step}`} onClick={() => setOpen(one.op)}>{text}</Button>
        );
        return one.allowed ? button : (
          <Tooltip key={one.op} title={one.reason}>
            <span className="barred">{button}<span id={`why-${one.step}`} className="why">{one.reason}</span></span>
          </Tooltip>
        );
      })}
      <Drawer open={open !== null} onClose={() => setOpen(null)} title={open ? called(open) : ''} size={520} destroyOnHidden>
        {open && (
          <OperationForm service={service} op={open} path={path} etag={etag} {...(initial && meta.operations[open]?.m !== 'post' ? { initial } : {})}
            done={() => { setOpen(null); refresh(); }} cancel={() => setOpen(null)} refresh={refresh} />
        )}
      </Drawer>
    </div>
  );
}
