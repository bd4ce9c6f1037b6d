import { useEffect, useRef, useState } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, Navigate, RouterProvider } from 'react-router';
import { speak } from '@/api/client';
import { Problem } from '@/api/problems';
import { useKept } from '@/lib/kept';
import { nameLists } from '@/lib/listboxes';
import { currentUser } from '@/session/session';
import { meQuery, useMe } from '@/session/useSession';
import { AREAS, homeOf } from './areas';
import { MePage } from './MePage';
import { NotFound } from './NotFound';
import { Shell } from './Shell';
import { themeOf } from './theme';

const queries = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 15_000, retry: (times, error) => times < 2 && !(error instanceof Problem && error.status < 500) },
  },
});

/** Asks, before anything is drawn, what every page asks first. */
export const prepare = (): void => void queries.prefetchQuery(meQuery(currentUser()?.profile.sub));

function Home() {
  const me = useMe();
  return me ? <Navigate to={homeOf(me.roles)} replace /> : null;
}

function Frame() {
  const [large, setLarge] = useKept('large', false);
  const { i18n } = useTranslation();
  const english = i18n.language === 'en';
  speak(english ? 'en' : 'zh-CN');
  useEffect(() => { document.documentElement.classList.toggle('large', large); }, [large]);
  const asked = useRef(english);
  // What was answered in the other language is asked again.
  useEffect(() => {
    if (asked.current === english) return;
    asked.current = english;
    void queries.invalidateQueries();
  }, [english]);
  useEffect(() => nameLists(), []);
  return (
    <ConfigProvider theme={themeOf(large)} locale={english ? enUS : zhCN} button={{ autoInsertSpace: false }}>
      <Shell large={large} setLarge={setLarge} />
    </ConfigProvider>
  );
}

const makeRouter = () => createBrowserRouter([{
  element: <Frame />,
  children: [
    { index: true, element: <Home /> },
    { path: 'callback', element: <Home /> },
    { path: 'me', element: <MePage /> },
    ...AREAS.flatMap((area) => area.routes),
    { path: '*', element: <NotFound /> },
  ],
}], { basename: import.meta.env.BASE_URL.slice(0, -1) });

/** The router begins at the address as it is after signing in. */
export function App() {
  const [router] = useState(makeRouter);
  return <QueryClientProvider client={queries}><RouterProvider router={router} /></QueryClientProvider>;
}
