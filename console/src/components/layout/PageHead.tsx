import { useEffect, type ReactNode } from 'react';
import { Empty, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

export function PageHead({ title, hint, extra }: { title: string; hint?: ReactNode; extra?: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => { document.title = `${title} · ${t('product')}`; }, [title, t]);
  return (
    <header className="page-head">
      <div>
        <Typography.Title level={1}>{title}</Typography.Title>
        {hint && <p className="hint">{hint}</p>}
      </div>
      {extra && <div className="page-head-extra no-print">{extra}</div>}
    </header>
  );
}

/** Nothing here: what to do next. */
export function Nothing({ text, children }: { text: string; children?: ReactNode }) {
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text}>{children}</Empty>;
}
