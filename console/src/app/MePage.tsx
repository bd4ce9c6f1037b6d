import { Descriptions } from 'antd';
import { useTranslation } from 'react-i18next';
import { PageHead } from '@/components/layout/PageHead';
import { word } from '@/lib/i18n';
import { useMe } from '@/session/useSession';

export function MePage() {
  const { t } = useTranslation();
  const me = useMe();
  const list = (values: string[], field: string) => values.map((one) => word(one, field)).join('、') || t('none');
  return <>
    <PageHead title={t('me.title')} hint={t('me.hint')} />
    {me && <Descriptions bordered size="small" column={1} items={[
      { key: 'name', label: t('me.name'), children: me.name },
      { key: 'roles', label: t('me.roles'), children: list(me.roles, 'role') },
      { key: 'divisions', label: t('me.divisions'), children: list(me.divisions, 'division') },
      { key: 'bodies', label: t('me.bodies'), children: list(me.bodies, 'body') },
      { key: 'units', label: t('me.units'), children: me.units === null ? t('me.units.all') : t('me.units.some', { count: me.units.length }) },
      { key: 'permissions', label: t('me.permissions'), children: list(me.permissions, 'permission') },
    ]} />}
  </>;
}
