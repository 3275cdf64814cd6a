/** What people say about a record: the newest first, below the place to say something. */
import { Plural, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Tooltip } from "antd";
import { Bell, BellOff, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { call, patch, post, remove } from "../kit/api";
import { Avatar } from "../kit/Avatar";
import { useActKey } from "../kit/once";
import { useNotices } from "../kit/notices";
import { Bones, Failed } from "../kit/states";
import { showAgo, showMoment } from "../kit/time";
import { FileStrip } from "../records/fields/file";
import { useMe } from "../shell/session";
import { Composer, NOTHING, type Said, type Typed } from "./Composer";
import { partsOf } from "./mentions";
import { type Comment, type Followers, placeOf, useComments, useFollowers } from "./talk";
import "./discussion.css";

interface Of {
  object: string;
  id: number;
}

/** What was typed and not said yet outlives a look at another tab or record. */
const unsaid = new Map<string, Typed>();

export default function Discussion({ object, id }: Of) {
  const { t } = useLingui();
  const talk = useComments(object, id);
  return (
    <div className="q-discussion">
      <FollowBar object={object} id={id} />
      <Speak key={`${object}/${id}`} object={object} id={id} />
      {talk.isPending ? (
        <Bones lines={4} title={false} />
      ) : talk.isError ? (
        <Failed error={talk.error} retry={() => talk.refetch()} />
      ) : talk.comments.length === 0 ? (
        <p className="q-muted q-discussion-none">{t`Nobody has said anything yet. Type @ to bring somebody in; they hear of it at once.`}</p>
      ) : (
        <ol className="q-comments" aria-label={t`Comments`}>
          {talk.comments.map((comment) => (
            <CommentPart key={comment.id} object={object} id={id} comment={comment} />
          ))}
        </ol>
      )}
      {talk.hasNextPage && (
        <Button size="small" onClick={() => talk.fetchNextPage()} loading={talk.isFetchingNextPage}>
          {t`Show older`}
        </Button>
      )}
    </div>
  );
}

function useTold({ object, id }: Of): () => Promise<unknown> {
  const client = useQueryClient();
  return () => Promise.all(["comments", "comment files", "followers"].map((key) => client.invalidateQueries({ queryKey: [key, object, id] })));
}

function Speak({ object, id }: Of) {
  const { t } = useLingui();
  const told = useTold({ object, id });
  const place = `${object}/${id}`;
  const [typed, setTyped] = useState<Typed>(unsaid.get(place) ?? NOTHING);
  const { keyFor, done } = useActKey();

  function type(next: Typed): void {
    unsaid.set(place, next);
    setTyped(next);
  }

  async function say(said: Said): Promise<void> {
    await post(`${placeOf(object, id)}/comments`, said, keyFor(said));
    done();
    unsaid.delete(place);
    setTyped(NOTHING);
    await told();
  }

  return <Composer object={object} id={id} typed={typed} onType={type} onSay={say} label={t`Write a comment; @ names people`} act={t`Comment`} />;
}

function FollowBar({ object, id }: Of) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const { data } = useFollowers(object, id);
  if (!data) return <div className="q-follow" />;
  const { followers, following } = data;

  async function change(): Promise<void> {
    try {
      await call<Followers>(following ? "DELETE" : "POST", `${placeOf(object, id)}/followers`, { body: {} });
    } catch (error) {
      notices.problem(error);
    }
    await client.invalidateQueries({ queryKey: ["followers", object, id] });
  }

  return (
    <div className="q-follow">
      <ul aria-label={t`Followed by`}>
        {followers.slice(0, 6).map((one) => (
          <li key={one.id}>
            <Tooltip title={t`${one.name} follows this`}>
              <span role="img" aria-label={t`${one.name} follows this`}>
                <Avatar name={one.name} size={24} />
              </span>
            </Tooltip>
          </li>
        ))}
      </ul>
      <span className="q-muted q-grow">
        {followers.length === 0 ? t`Nobody follows this` : <Plural value={followers.length} one="# person follows this" other="# people follow this" />}
      </span>
      <Tooltip title={following ? t`You hear of each comment and change` : t`Hear of each comment and change`}>
        <Button size="small" aria-pressed={following} icon={following ? <BellOff size={14} aria-hidden /> : <Bell size={14} aria-hidden />} onClick={() => void change()}>
          {following ? t`Stop following` : t`Follow`}
        </Button>
      </Tooltip>
    </div>
  );
}

function CommentPart({ object, id, comment }: Of & { comment: Comment }) {
  const { t } = useLingui();
  const [edited, setEdited] = useState<Typed | null>(null);
  const told = useTold({ object, id });

  async function say(said: Said): Promise<void> {
    await patch(`/api/comments/${comment.id}`, { text: said.text, mentions: said.mentions });
    setEdited(null);
    await told();
  }

  return (
    <li className="q-comment">
      <Avatar name={comment.by_name} size={26} />
      <div>
        <header>
          <strong>{comment.by_name}</strong>{" "}
          <time dateTime={comment.at} title={showMoment(comment.at)} className="q-muted">
            {showAgo(comment.at)}
          </time>
          {comment.edited_at && (
            <span className="q-muted" title={showMoment(comment.edited_at)}>
              {" "}
              {t`edited`}
            </span>
          )}
          {!edited && <CommentActs comment={comment} onEdit={() => setEdited({ text: comment.text, people: comment.mentions, files: comment.files })} onDone={told} />}
        </header>
        {edited ? (
          <Composer object={object} id={id} typed={edited} onType={setEdited} onSay={say} label={t`Say it otherwise`} act={t`Save`} onCancel={() => setEdited(null)} autoFocus />
        ) : (
          <>
            {comment.text && <SaidText comment={comment} />}
            {comment.files.length > 0 && <FileStrip files={comment.files.map((file) => ({ ...file, url: `/api/comments/${comment.id}/files/${file.file}` }))} />}
          </>
        )}
      </div>
    </li>
  );
}

function CommentActs({ comment, onEdit, onDone }: { comment: Comment; onEdit: () => void; onDone: () => Promise<unknown> }) {
  const { t } = useLingui();
  const me = useMe();
  const { modal } = App.useApp();
  const notices = useNotices();
  if (!comment.mine && !me.administers) return null;

  async function drop(): Promise<void> {
    try {
      await remove(`/api/comments/${comment.id}`);
    } catch (error) {
      notices.problem(error);
    }
    await onDone();
  }

  const ask = () => modal.confirm({ title: t`Remove this comment?`, content: t`Nobody will see it any more, nor its files.`, okText: t`Remove`, okButtonProps: { danger: true }, cancelText: t`Cancel`, onOk: drop });
  return (
    <span className="q-comment-acts">
      {comment.mine && <Button type="text" size="small" aria-label={t`Edit this comment`} title={t`Edit`} icon={<Pencil size={13} aria-hidden />} onClick={onEdit} />}
      <Button type="text" size="small" aria-label={t`Remove this comment`} title={t`Remove`} icon={<Trash2 size={13} aria-hidden />} onClick={ask} />
    </span>
  );
}

function SaidText({ comment }: { comment: Comment }) {
  return (
    <p className="q-pre">
      {partsOf(comment.text, comment.mentions).map((part, at) =>
        part.kind === "mention" ? (
          <span key={at} className="q-mention">
            {part.text}
          </span>
        ) : part.kind === "link" ? (
          <a key={at} href={part.text} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}
