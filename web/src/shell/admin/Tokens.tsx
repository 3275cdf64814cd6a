import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { get, remove } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { ScrollX } from "../../kit/ScrollX";
import { Bones, EmptyState, Failed } from "../../kit/states";
import { showAgo, showDate, showMoment } from "../../kit/time";
import { ToneTag } from "../../kit/ToneTag";
import { TokenDialog } from "./TokenDialog";
import type { RoleName } from "./people";

interface Token {
  id: number;
  name: string;
  person: { id: number; name: string };
  is_personal: boolean;
  roles: string[];
  expires_at: string | null;
  used_at: string | null;
}

/** Keys for programs: what each may do, when it was used last, and its end. */
export function Tokens() {
  const { t } = useLingui();
  const [isMaking, setMaking] = useState(false);
  const tokens = useQuery({ queryKey: ["tokens"], queryFn: ({ signal }) => get<{ tokens: Token[]; roles: RoleName[] }>("/api/tokens", undefined, signal) });
  if (tokens.isPending) return <Bones lines={4} title={false} />;
  if (tokens.isError) return <Failed error={tokens.error} retry={() => tokens.refetch()} />;
  const button = (
    <Button type="primary" icon={<KeyRound size={15} aria-hidden />} onClick={() => setMaking(true)}>
      {t`New API token`}
    </Button>
  );
  return (
    <>
      {tokens.data.tokens.length === 0 ? (
        <EmptyState title={t`No API token yet`} action={button}>
          {t`A token lets a program work here with roles of its own. History shows the token's name.`}
        </EmptyState>
      ) : (
        <>
          <div className="q-report-bar">
            <span className="q-muted">{t`Programs sign in with these; history shows the token's name.`}</span>
            {button}
          </div>
          <TokenTable {...tokens.data} />
        </>
      )}
      {isMaking && <TokenDialog roles={tokens.data.roles} onClose={() => setMaking(false)} />}
    </>
  );
}

function TokenTable({ tokens, roles }: { tokens: Token[]; roles: RoleName[] }) {
  const { t } = useLingui();
  const revoke = useRevoke();
  return (
    <ScrollX label={t`API tokens`}>
      <table className="q-table" aria-label={t`API tokens`}>
        <thead>
          <tr>
            <th scope="col">{t`Name`}</th>
            <th scope="col">{t`Roles`}</th>
            <th scope="col">{t`Made by`}</th>
            <th scope="col">{t`Last used`}</th>
            <th scope="col">{t`Ends on`}</th>
            <th aria-label={t`Acts`} />
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td>
                {token.name} {token.is_personal && <ToneTag tone="info">{t`personal`}</ToneTag>}
              </td>
              <td>
                <span className="q-tags">
                  {token.roles.map((role) => (
                    <ToneTag key={role}>{roles.find((each) => each.name === role)?.label ?? role}</ToneTag>
                  ))}
                </span>
              </td>
              <td>{token.person.name}</td>
              <td title={token.used_at ? showMoment(token.used_at) : undefined}>{token.used_at ? showAgo(token.used_at) : t`never`}</td>
              <td>{token.expires_at ? showDate(token.expires_at.slice(0, 10)) : t`never`}</td>
              <td className="q-right">
                <Button size="small" danger aria-label={t`Revoke ${token.name}`} onClick={() => revoke(token)}>
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

/** There is no way back from it, so it is asked first. */
function useRevoke(): (token: Token) => void {
  const { t } = useLingui();
  const { modal } = App.useApp();
  const client = useQueryClient();
  const notices = useNotices();
  const revoke = useMutation({
    mutationFn: (token: Token) => remove(`/api/tokens/${token.id}`),
    onSuccess: (_, token) => {
      notices.done(t`${token.name} is revoked`);
      void client.invalidateQueries({ queryKey: ["tokens"] });
    },
    onError: (error) => notices.problem(error),
  });
  return (token) =>
    modal.confirm({
      title: t`Revoke ${token.name}?`,
      content: t`Programs that use it are shut out at once. This can't be undone.`,
      okText: t`Revoke`,
      okButtonProps: { danger: true },
      onOk: () => revoke.mutateAsync(token).catch(() => undefined),
    });
}
