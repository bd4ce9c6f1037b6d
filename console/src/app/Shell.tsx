import { Suspense, useEffect, useState } from 'react';
import { Button, Dropdown, Layout, Menu, Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { switchLanguage, spoken, word } from '@/lib/i18n';
import { useKeys } from '@/lib/keyboard';
import { signOut } from '@/session/session';
import { useMe } from '@/session/useSession';
import { AREAS, visible } from './areas';
import { ConnectionBanner } from './ConnectionBanner';
import { Failure } from './Failure';
import { Help } from './Help';
import { Search } from './Search';

const NAMESPACES = ['common', ...AREAS.map((area) => area.id)];

export function Shell({ large, setLarge }: { large: boolean; setLarge: (on: boolean) => void }) {
  const { t } = useTranslation(NAMESPACES);
  const [overlay, setOverlay] = useState<'help' | 'search' | null>(null);
  const [narrow, setNarrow] = useState(false);
  const me = useMe();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  useKeys({ 'g t': () => void navigate('/tasks'), 'g o': () => void navigate('/organizations'), '?': () => setOverlay('help'), '/': () => setOverlay('search') });
  const permissions = me?.permissions ?? [];
  const items = AREAS.map((area) => ({
    key: area.id, type: 'group' as const, label: t(`${area.id}:area`),
    children: area.menu.filter((entry) => visible(entry, permissions, permissions.length > 0))
      .map((entry) => ({ key: entry.to, label: <Link to={entry.to}>{t(`${entry.ns}:${entry.key}`)}</Link> })),
  })).filter((group) => group.children.length > 0);
  const current = items.flatMap((g) => g.children.map((c) => c.key)).filter((key) => pathname === key || pathname.startsWith(`${key}/`)).sort((a, b) => b.length - a.length);
  // A new page begins at its top, and is read from its beginning.
  useEffect(() => { document.getElementById('main')?.focus({ preventScroll: true }); window.scrollTo(0, 0); }, [pathname]);
  return (
    <Layout className="shell">
      <a className="skip" href="#main">{t('skip')}</a>
      <Layout.Header className="top no-print">
        <Button className="burger" type="text" aria-expanded={narrow} aria-label={t('menu')} onClick={() => setNarrow(!narrow)}>☰</Button>
        <Link to="/" className="brand">{t('product')}</Link>
        <span className="spacer" />
        <Button onClick={() => setOverlay('search')} aria-keyshortcuts="/">{t('search.open')}</Button>
        <Button type="text" aria-pressed={large} onClick={() => setLarge(!large)}>{t('large')}</Button>
        <Button type="text" lang={spoken() === 'zh' ? 'en' : 'zh-CN'} onClick={() => void switchLanguage(spoken() === 'zh' ? 'en' : 'zh')}>{t('language.other')}</Button>
        <Button type="text" aria-keyshortcuts="?" onClick={() => setOverlay('help')}>{t('help.open')}</Button>
        <Dropdown trigger={['click']} menu={{ items: [
          { key: 'me', label: <Link to="/me">{t('me.title')}</Link> },
          { key: 'out', label: t('sign_out'), onClick: () => void signOut() },
        ] }}>
          <Button type="text" className="who">{me ? `${me.name} · ${me.roles.map((role) => word(role, 'role')).join('、')}` : '…'}</Button>
        </Dropdown>
      </Layout.Header>
      <Layout>
        <Layout.Sider width={208} className={`side no-print${narrow ? ' side-open' : ''}`} theme="light">
          <nav aria-label={t('menu')}><Menu mode="inline" selectedKeys={current.slice(0, 1)} items={items} onClick={() => setNarrow(false)} /></nav>
        </Layout.Sider>
        <div className="ant-layout-content">
          <ConnectionBanner />
          <main id="main" tabIndex={-1}>
            <Failure key={pathname}><Suspense fallback={<Skeleton active />}><Outlet /></Suspense></Failure>
          </main>
        </div>
      </Layout>
      <Help open={overlay === 'help'} close={() => setOverlay(null)} />
      <Search open={overlay === 'search'} close={() => setOverlay(null)} />
    </Layout>
  );
}
