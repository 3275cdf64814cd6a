import { Plural, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { AtSign, Check, CheckCheck, MessageSquare, Pencil } from "lucide-react";
import { Link } from "react-router";
import { post } from "../kit/api";
import { useNotices } from "../kit/notices";
import { Bones, EmptyState, Failed } from "../kit/states";
import { showAgo, showMoment } from "../kit/time";
import { recordPath } from "../records/definitions";
import { type News, placeOf, useNews } from "./talk";
import "./discussion.css";

/** Record by record: who did what last. Opening one marks it seen. */
export default function NewsPanel({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const client = useQueryClient();
  const notices = useNotices();
  const { data, error, refetch } = useNews();
  if (error) return <Failed error={error} retry={() => refetch()} />;
  if (!data) return <Bones lines={6} title={false} />;
  const [newest] = data.news;
  if (!newest) return <EmptyState title={t`Nothing new`}>{t`What others say and do on records that you follow shows up here. You follow what you comment on and where you are mentioned.`}</EmptyState>;

  async function mark(path: string, body: unknown): Promise<void> {
    try {
      await post(path, body);
    } catch (problem) {
      notices.problem(problem);
    }
    await client.invalidateQueries({ queryKey: ["news"] });
  }

  return (
    <>
      <div className="q-news-top">
        <span className="q-muted">
          <Plural value={data.unread} one="# record" other="# records" />
        </span>
        <Button size="small" icon={<CheckCheck size={15} aria-hidden />} onClick={() => void mark("/api/news/seen", { until: newest.at })}>
          {t`All seen`}
        </Button>
      </div>
      <ul className="q-news" aria-label={t`News`}>
        {data.news.map((news) => (
          <NewsRow key={`${news.object}/${news.id}`} news={news} onOpen={onClose} onSeen={() => void mark(`${placeOf(news.object, news.id)}/seen`, {})} />
        ))}
      </ul>
    </>
  );
}

function NewsRow({ news, onOpen, onSeen }: { news: News; onOpen: () => void; onSeen: () => void }) {
  const { t } = useLingui();
  const who = news.by_name || t`The system`;
  const Icon = news.mentioned ? AtSign : news.comments ? MessageSquare : Pencil;
  return (
    <li>
      <Link to={`${recordPath(news.object, news.id)}${news.comments ? "?tab=discussion" : ""}`} onClick={onOpen} className="q-news-row">
        <span className={news.mentioned ? "q-news-icon q-news-mine" : "q-news-icon"}>
          <Icon size={16} aria-hidden />
        </span>
        <span className="q-news-words">
          <span className="q-news-title">
            <strong>{news.label}</strong> <small className="q-muted">{news.object_label}</small>
          </span>
          <span>
            {news.mentioned ? t`${who} mentioned you` : news.comments ? t`${who} commented` : `${who} · ${news.act}`}
            {news.changes + news.comments > 1 && (
              <span className="q-muted">
                {" · "}
                <WhatIsNew news={news} />
              </span>
            )}
          </span>
          {news.text && <span className="q-news-text">{news.text}</span>}
          <time dateTime={news.at} title={showMoment(news.at)} className="q-muted">
            {showAgo(news.at)}
          </time>
        </span>
      </Link>
      <Button type="text" size="small" aria-label={t`Seen: ${news.label}`} title={t`Seen`} icon={<Check size={15} aria-hidden />} onClick={onSeen} />
    </li>
  );
}

function WhatIsNew({ news }: { news: News }) {
  return (
    <>
      {news.comments > 0 && <Plural value={news.comments} one="# comment" other="# comments" />}
      {news.comments > 0 && news.changes > 0 && ", "}
      {news.changes > 0 && <Plural value={news.changes} one="# change" other="# changes" />}
    </>
  );
}
