import { useLingui } from "@lingui/react/macro";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { get, remove } from "../../kit/api";
import { useNotices } from "../../kit/notices";
import { ScrollX } from "../../kit/ScrollX";
import { Bones, Failed } from "../../kit/states";
import { showAgo, showMoment } from "../../kit/time";
import { ToneTag } from "../../kit/ToneTag";

interface Session {
  id: string;
  login: string;
  seen_at: string;
  address: string;
  agent: string;
  own?: boolean;
}

export function Sessions() {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const sessions = useQuery({ queryKey: ["admin", "sessions"], queryFn: ({ signal }) => get<{ sessions: Session[] }>("/api/admin/sessions", undefined, signal) });
  const end = useMutation({
    mutationFn: (session: Session) => remove(`/api/admin/sessions/${session.id}`),
    onSuccess: (_, session) => {
      notices.done(t`${session.login} is signed out there`);
      void client.invalidateQueries({ queryKey: ["admin", "sessions"] });
    },
    onError: (error) => notices.problem(error),
  });
  if (sessions.isPending) return <Bones lines={6} title={false} />;
  if (sessions.isError) return <Failed error={sessions.error} retry={() => sessions.refetch()} />;
  return (
    <ScrollX label={t`Sessions`}>
      <table className="q-table" aria-label={t`Sessions`}>
        <thead>
          <tr>
            <th scope="col">{t`Login`}</th>
            <th scope="col">{t`Last seen`}</th>
            <th scope="col">{t`Address`}</th>
            <th scope="col">{t`Browser`}</th>
            <th aria-label={t`Acts`} />
          </tr>
        </thead>
        <tbody>
          {sessions.data.sessions.map((session) => (
            <tr key={session.id}>
              <td>
                {session.login} {session.own && <ToneTag tone="info">{t`this one`}</ToneTag>}
              </td>
              <td title={showMoment(session.seen_at)}>{showAgo(session.seen_at)}</td>
              <td>{session.address}</td>
              <td className="q-agent">{session.agent}</td>
              <td className="q-right">
                {!session.own && (
                  <Button size="small" aria-label={t`Sign out ${session.login} at ${session.address}`} onClick={() => end.mutate(session)}>
                    {t`Sign out`}
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

interface SignIn {
  at: string;
  login: string;
  ok: boolean;
  address: string;
}

export function SignIns() {
  const { t } = useLingui();
  const signIns = useQuery({ queryKey: ["admin", "sign-ins"], queryFn: ({ signal }) => get<{ sign_ins: SignIn[] }>("/api/admin/sign-ins", undefined, signal) });
  if (signIns.isPending) return <Bones lines={6} title={false} />;
  if (signIns.isError) return <Failed error={signIns.error} retry={() => signIns.refetch()} />;
  return (
    <ScrollX label={t`Sign-ins`}>
      <table className="q-table" aria-label={t`Sign-ins`}>
        <thead>
          <tr>
            <th scope="col">{t`When`}</th>
            <th scope="col">{t`Login`}</th>
            <th scope="col">{t`Outcome`}</th>
            <th scope="col">{t`Address`}</th>
          </tr>
        </thead>
        <tbody>
          {signIns.data.sign_ins.map((one, index) => (
            <tr key={`${one.at}-${index}`}>
              <td>{showMoment(one.at)}</td>
              <td>{one.login}</td>
              <td>{one.ok ? <ToneTag tone="good">{t`Signed in`}</ToneTag> : <ToneTag tone="bad">{t`Refused`}</ToneTag>}</td>
              <td>{one.address}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}
