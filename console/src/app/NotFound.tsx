import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export function NotFound() {
  const { t } = useTranslation();
  return <Result status="info" title={t('notfound.title')} subTitle={t('notfound.do')} extra={<Link to="/tasks"><Button type="primary">{t('notfound.tasks')}</Button></Link>} />;
}
