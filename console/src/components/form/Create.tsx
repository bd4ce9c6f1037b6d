import { useState } from 'react';
import { Button, Drawer } from 'antd';
import { useNavigate } from 'react-router';
import { useMeta, type Row } from '@/api/hooks';
import { operation, type Service } from '@/api/meta';
import { spoken } from '@/lib/i18n';
import { useMe } from '@/session/useSession';
import { OperationForm } from './OperationForm';

interface Props { service: Service; op: string; needs?: string; path?: Record<string, string>; initial?: Row; hide?: string[]; fixed?: Row; then?: (made: Row) => string | null; plain?: boolean }

/** A button that opens the form of an operation; for who may use it. */
export function Create({ service, op, needs, then, plain = false, ...form }: Props) {
  const [open, setOpen] = useState(false);
  const meta = useMeta(service);
  const me = useMe();
  const navigate = useNavigate();
  const o = operation(meta, op);
  const text = spoken() === 'zh' ? o.zh : o.en;
  const required = needs ? [needs] : (o.needs ?? []);
  if (me && me.permissions.length > 0 && !required.every((one) => me.permissions.includes(one))) return null;
  return <>
    <Button type={plain ? 'default' : 'primary'} onClick={() => setOpen(true)}>{text}</Button>
    <Drawer open={open} onClose={() => setOpen(false)} title={text} size={560} destroyOnHidden>
      <OperationForm service={service} op={op} {...form} cancel={() => setOpen(false)}
        done={(made) => { setOpen(false); const to = then?.(made); if (to) void navigate(to); }} />
    </Drawer>
  </>;
}
