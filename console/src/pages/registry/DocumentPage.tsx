import { Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import type { Service } from '@/api/meta';
import { RecordPage } from '@/components/record/RecordPage';

interface Block { kind: 'text' | 'heading' | 'rows' | 'table'; text?: string; rows?: string[][]; cells?: string[][] }

/** A document of any service: its text as it will be issued, and the steps of the hands. */
export function DocumentPage() {
  const { service = 'registry', document_id = '' } = useParams();
  const { t } = useTranslation('registry');
  return (
    <RecordPage definition={{
      service: service as Service, op: 'getDocument', ns: 'registry', id: 'documents', path: { document_id }, back: '/tasks',
      title: (row) => String(row.title), summary: ['state', 'number', 'kind', 'issued_on', 'subject', 'scanned'], hide: ['content', 'facts', 'policy'],
      tabs: [{ key: 'text', label: t('documents.tab.text'), render: (row) => <Paper blocks={blocksOf(row.content)} /> }],
    }} />
  );
}

function blocksOf(content: unknown): Block[] {
  if (Array.isArray(content)) return content as Block[];
  const inner = (content as { blocks?: unknown } | null)?.blocks;
  return Array.isArray(inner) ? (inner as Block[]) : [];
}

function Paper({ blocks }: { blocks: Block[] }) {
  return <div className="paper">{blocks.map((block, at) => {
    if (block.kind === 'heading') return <Typography.Title key={at} level={3}>{block.text}</Typography.Title>;
    const rows = block.kind === 'rows' ? block.rows : block.kind === 'table' ? block.cells : undefined;
    if (!rows) return <p key={at}>{block.text}</p>;
    return <table key={at} className="plain-table"><tbody>{rows.map((row, line) => <tr key={line}>{row.map((cell, column) => <td key={column}>{cell}</td>)}</tr>)}</tbody></table>;
  })}</div>;
}
