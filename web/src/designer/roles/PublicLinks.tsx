/** The links of a public form: made, shown once with their QR code, counted, revoked. */
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, QRCode, Typography } from "antd";
import { Link2 } from "lucide-react";
import { useState } from "react";
import { ProblemBox } from "../../forms/ProblemBox";
import { get, post, Problem, remove } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { ScrollX } from "../../kit/ScrollX";
import { Bones, Failed } from "../../kit/states";
import { showDate } from "../../kit/time";
import { Labelled } from "../parts";

interface PublicLink {
  id: number;
  label: string;
  created_at: string;
  expires_at: string | null;
  sent: number;
}

export function PublicLinks({ name }: { name: string }) {
  const { t } = useLingui();
  const [isMaking, setMaking] = useState(false);
  const links = useQuery({ queryKey: ["public-links", name], queryFn: ({ signal }) => get<{ links: PublicLink[] }>(`/api/public_forms/${name}/links`, undefined, signal), retry: false });
  const isUnpublished = links.error instanceof Problem && links.error.status < 500;
  return (
    <section className="q-box">
      <div className="q-report-bar">
        <h2>{t`Links`}</h2>
        <Button type="primary" icon={<Link2 size={15} aria-hidden />} disabled={!links.data} onClick={() => setMaking(true)}>
          {t`New link`}
        </Button>
      </div>
      {links.isPending ? <Bones lines={2} title={false} /> : isUnpublished ? <p className="q-muted">{t`Publish the form first; then make links to it.`}</p> : links.isError ? <Failed error={links.error} retry={() => links.refetch()} /> : links.data.links.length === 0 ? <p className="q-muted">{t`No link yet: the form can't be reached. One link for each place tells you later where answers came from.`}</p> : <LinkTable name={name} links={links.data.links} />}
      {isMaking && <LinkDialog name={name} onClose={() => setMaking(false)} />}
    </section>
  );
}

function LinkTable({ name, links }: { name: string; links: PublicLink[] }) {
  const { t } = useLingui();
  const revoke = useRevoke(name);
  return (
    <ScrollX label={t`Links`}>
      <table className="q-table" aria-label={t`Links`}>
        <thead>
          <tr>
            <th scope="col">{t`Where it is used`}</th>
            <th scope="col">{t`Made`}</th>
            <th scope="col">{t`Ends on`}</th>
            <th scope="col" className="q-right">{t`Sent`}</th>
            <th aria-label={t`Acts`} />
          </tr>
        </thead>
        <tbody>
          {links.map((link) => (
            <tr key={link.id}>
              <td>{link.label || t`Link ${link.id}`}</td>
              <td>{showDate(link.created_at.slice(0, 10))}</td>
              <td>{link.expires_at ? showDate(link.expires_at.slice(0, 10)) : t`never`}</td>
              <td className="q-right q-number">{link.sent}</td>
              <td className="q-right">
                <Button size="small" danger aria-label={t`Revoke ${link.label || t`Link ${link.id}`}`} onClick={() => revoke(link)}>
                  {t`Revoke`}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

function useRevoke(name: string): (link: PublicLink) => void {
  const { t } = useLingui();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const notices = useNotices();
  const revoke = useMutation({
    mutationFn: (link: PublicLink) => remove(`/api/public_forms/${name}/links/${link.id}`),
    onSuccess: () => {
      notices.done(t`The link is revoked`);
      void client.invalidateQueries({ queryKey: ["public-links", name] });
    },
    onError: (error) => notices.problem(error),
  });
  return (link) =>
    modal.confirm({
      title: t`Revoke ${link.label || t`Link ${link.id}`}?`,
      content: t`The form closes for whoever has it, and its senders see their records no more. This can't be undone.`,
      okText: t`Revoke`,
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync(link).catch(() => undefined),
    });
}

function LinkDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const [given, setGiven] = useState({ label: "", expires_on: "" });
  const make = useMutation({
    mutationFn: () => post<{ path: string }>(`/api/public_forms/${name}/links`, { label: given.label, expires_on: given.expires_on || null }),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["public-links", name] }),
  });
  if (make.data) return <MadeLink address={location.origin + make.data.path} label={given.label} onClose={onClose} />;
  return (
    <Modal open title={t`New link`} onCancel={onClose} onOk={() => make.mutate()} okText={t`Make the link`} confirmLoading={make.isPending}>
      {make.error && <ProblemBox error={make.error} known={[]} />}
      <div className="q-dialog-fields">
        <Labelled label={t`Where it is used`} help={t`Only you see it: web site, poster at the door …`}>
          {(id) => <Input id={id} autoFocus maxLength={200} value={given.label} onChange={(event) => setGiven({ ...given, label: event.target.value })} onPressEnter={() => make.mutate()} />}
        </Labelled>
        <Labelled label={t`Ends on`} help={t`Left blank it doesn't end by itself.`}>
          {(id) => <Input id={id} type="date" value={given.expires_on} onChange={(event) => setGiven({ ...given, expires_on: event.target.value })} />}
        </Labelled>
      </div>
    </Modal>
  );
}

/** Shown this once: the server keeps no secret. The code can be copied or printed from here. */
function MadeLink({ address, label, onClose }: { address: string; label: string; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal open title={label || t`New link`} onCancel={onClose} footer={<Button type="primary" onClick={onClose}>{t`Done`}</Button>}>
      <p>{t`Copy it or keep the picture now: it is shown this once.`}</p>
      <Typography.Paragraph copyable={{ text: address, tooltips: [t`Copy`, t`Copied`] }} className="q-one-time">
        <a href={address} target="_blank" rel="noreferrer">
          {address}
        </a>
      </Typography.Paragraph>
      <div className="q-link-code">
        <QRCode aria-label={t`QR code of the link`} value={address} bordered={false} size={208} color="#000" bgColor="#fff" errorLevel="M" />
      </div>
    </Modal>
  );
}
