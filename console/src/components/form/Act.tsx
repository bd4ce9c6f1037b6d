import { useState, type ReactNode } from 'react';
import { Button, Drawer } from 'antd';
import { useMeta, type Row } from '@/api/hooks';
import { operation, type Service } from '@/api/meta';
import { spoken } from '@/lib/i18n';
import { useGate } from '../record/gate';
import { OperationForm } from './OperationForm';

interface Props {
  service: Service; op: string; needs: string; path?: Record<string, string>; etag?: string | null; initial?: Row; hide?: string[]; fixed?: Row;
  label?: string; primary?: boolean; small?: boolean; bar?: string | null; done?: (answer: Row) => void; hint?: ReactNode;
}

/** One operation as a button beside a list: its form opens in a drawer. What bars it stands under it. */
export function Act({ service, op, needs, label, primary = false, small = false, bar = null, done, hint, ...form }: Props) {
  const [open, setOpen] = useState(false);
  const description = operation(useMeta(service), op);
  const { allowed, reason } = useGate()(op, needs, bar);
  const text = label ?? (spoken() === 'zh' ? description.zh : description.en);
  const button = (
    <Button type={primary && allowed ? 'primary' : 'default'} size={small ? 'small' : 'medium'} disabled={!allowed}
      aria-describedby={allowed ? undefined : `why-${op}`} onClick={() => setOpen(true)}>{text}</Button>
  );
  return <>
    {allowed ? button : <span className="barred">{button}<span id={`why-${op}`} className="why">{reason}</span></span>}
    <Drawer open={open} onClose={() => setOpen(false)} title={text} size={560} destroyOnHidden>
      {hint}
      <OperationForm service={service} op={op} {...form} cancel={() => setOpen(false)} done={(answer) => { setOpen(false); done?.(answer); }} />
    </Drawer>
  </>;
}
