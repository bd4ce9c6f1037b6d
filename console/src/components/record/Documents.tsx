import { useTranslation } from 'react-i18next';
import { Button } from 'antd';
import { address, download } from '@/api/client';
import { useMeta, useRead, type Page } from '@/api/hooks';
import { operation, type Service } from '@/api/meta';
import { word } from '@/lib/i18n';
import { Nothing } from '../layout/PageHead';
import { ProblemAlert } from '../layout/Problems';
import { Value } from '../Value';

/** Documents about a record, each to be saved as a file. */
export function Documents({ service, about }: { service: Service; about: string }) {
  const { t } = useTranslation();
  const meta = useMeta(service);
  const read = useRead<Page>(service, 'listDocuments', {}, { about });
  const items = read.data?.data.items ?? [];
  if (read.error) return <ProblemAlert error={read.error} />;
  if (!read.isPending && items.length === 0) return <Nothing text={t('documents.none')} />;
  return (
    <ul className="documents">
      {items.map((one) => (
        <li key={String(one.id)}>
          <span>{String(one.title ?? word(String(one.kind), 'kind'))}</span> <Value value={one.state} name="state" />
          <Button size="small" onClick={() => void download(address(service, operation(meta, 'getDocument'), { path: { document_id: String(one.id) }, query: { format: 'pdf' } }), `${String(one.title)}.pdf`)}>
            {t('documents.save')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
