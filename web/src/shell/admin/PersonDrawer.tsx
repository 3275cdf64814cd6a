/** One person: which roles they have and whence, and who stands above them. */
import { useLingui } from "@lingui/react/macro";
import { Button, Drawer } from "antd";
import { Eye, UserRoundMinus } from "lucide-react";
import { Avatar } from "../../kit/Avatar";
import { ToneTag } from "../../kit/ToneTag";
import { useSeeAs } from "../../suggest/seeing";
import { managersOf, type RoleName, upFrom, useDepartments, type User } from "./people";

interface PersonDrawerProps {
  user: User;
  users: User[];
  roles: RoleName[];
  onHandOver: () => void;
  onClose: () => void;
}

export function PersonDrawer({ user, users, roles, onHandOver, onClose }: PersonDrawerProps) {
  const { t } = useLingui();
  const seeAs = useSeeAs();
  const { data: departments = [] } = useDepartments();
  const labelOf = (role: string) => roles.find((each) => each.name === role)?.label ?? role;
  const granting = upFrom(departments, user.department).filter((department) => department.roles?.length);
  const managers = managersOf(departments, user);
  return (
    <Drawer open onClose={onClose} title={user.name} size={440}>
      <div className="q-person-facts">
        <section>
          <h2>{t`Own roles`}</h2>
          {user.roles?.length ? <Tags names={user.roles.map(labelOf)} /> : <p className="q-muted">{t`None of their own.`}</p>}
        </section>
        <section>
          <h2>{t`By department`}</h2>
          {granting.length === 0 && <p className="q-muted">{t`Their departments give no roles.`}</p>}
          {granting.map((department) => (
            <p key={department.id}>
              <Tags names={(department.roles ?? []).map(labelOf)} /> <span className="q-muted">{t`from ${department.name}`}</span>
            </p>
          ))}
        </section>
        <section>
          <h2>{t`Line of managers`}</h2>
          {managers.length === 0 ? (
            <p className="q-muted">{t`Nobody: no department above has a head.`}</p>
          ) : (
            <ol className="q-managers">
              {managers.map(({ head, department }) => {
                const name = users.find((each) => each.id === head)?.name ?? "";
                return (
                  <li key={department.id}>
                    <Avatar name={name} size={24} /> {name} <span className="q-muted">{department.name}</span>
                  </li>
                );
              })}
            </ol>
          )}
        </section>
        <div className="q-page-actions">
          <Button icon={<Eye size={16} aria-hidden />} onClick={() => seeAs({ user: user.id, as: user.name })}>
            {t`See as ${user.name}`}
          </Button>
          <Button icon={<UserRoundMinus size={16} aria-hidden />} onClick={onHandOver}>
            {t`Hand over`}
          </Button>
        </div>
        <p className="q-muted q-small">{t`Seeing as somebody is for reading: nothing is saved, sent or exported, and the server's log keeps who looked as whom.`}</p>
      </div>
    </Drawer>
  );
}

function Tags({ names }: { names: string[] }) {
  return (
    <span className="q-tags">
      {names.map((name) => (
        <ToneTag key={name}>{name}</ToneTag>
      ))}
    </span>
  );
}
