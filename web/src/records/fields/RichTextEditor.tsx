import { useLingui } from "@lingui/react/macro";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Bold, Heading2, Heading3, Italic, Link2, List, ListOrdered, type LucideIcon, Quote, Redo2, Strikethrough, Underline, Undo2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { EditorProps } from "./kind";
import { clean } from "./SafeHtml";

const write = (editor: Editor): string | null => (editor.isEmpty ? null : editor.getHTML());

export default function RichTextEditor({ value, onChange, field, ...rest }: EditorProps) {
  const said = useRef(onChange);
  said.current = onChange;
  const editor = useEditor({
    extensions: [StarterKit.configure({ heading: { levels: [2, 3] }, link: { openOnClick: false, protocols: ["mailto"], defaultProtocol: "https" } })],
    content: clean(String(value ?? "")),
    autofocus: rest.autoFocus ? "end" : false,
    editorProps: {
      attributes: {
        ...(rest.id ? { id: rest.id } : {}),
        class: "q-rich",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": rest.ariaLabel ?? field.label,
        ...(rest.describedBy ? { "aria-describedby": rest.describedBy } : {}),
        ...(rest.invalid ? { "aria-invalid": "true" } : {}),
      },
    },
    onUpdate: ({ editor: now }) => said.current(write(now)),
  });
  useEffect(() => {
    if (editor && !editor.isFocused && write(editor) !== (value ?? null)) editor.commands.setContent(clean(String(value ?? "")), { emitUpdate: false });
  }, [editor, value]);
  if (!editor) return <div className="q-input-bone" />;
  return (
    <div className={`q-rich-editor${rest.invalid ? " q-wrong" : ""}`}>
      <Tools editor={editor} />
      <EditorContent editor={editor} />
    </div>
  );
}

interface Tool {
  name: string;
  label: string;
  icon: LucideIcon;
  act: () => void;
  isOn?: boolean;
}

function Tools({ editor }: { editor: Editor }) {
  const { t } = useLingui();
  const on = useEditorState({ editor, selector: ({ editor: now }) => isOn(now) });
  const go = () => editor.chain().focus();

  function link(): void {
    const before = String(editor.getAttributes("link").href ?? "https://");
    const href = window.prompt(t`Address of the link; blank removes it`, before);
    if (href === null) return;
    if (href.trim() && /^(https?:\/\/.|mailto:)/i.test(href.trim())) go().extendMarkRange("link").setLink({ href: href.trim() }).run();
    else go().extendMarkRange("link").unsetLink().run();
  }

  const tools: Tool[] = [
    { name: "bold", label: t`Bold`, icon: Bold, act: () => go().toggleBold().run(), isOn: on.bold },
    { name: "italic", label: t`Italic`, icon: Italic, act: () => go().toggleItalic().run(), isOn: on.italic },
    { name: "underline", label: t`Underline`, icon: Underline, act: () => go().toggleUnderline().run(), isOn: on.underline },
    { name: "strike", label: t`Strike through`, icon: Strikethrough, act: () => go().toggleStrike().run(), isOn: on.strike },
    { name: "h2", label: t`Heading`, icon: Heading2, act: () => go().toggleHeading({ level: 2 }).run(), isOn: on.h2 },
    { name: "h3", label: t`Smaller heading`, icon: Heading3, act: () => go().toggleHeading({ level: 3 }).run(), isOn: on.h3 },
    { name: "bullets", label: t`Bullet list`, icon: List, act: () => go().toggleBulletList().run(), isOn: on.bullets },
    { name: "numbers", label: t`Numbered list`, icon: ListOrdered, act: () => go().toggleOrderedList().run(), isOn: on.numbers },
    { name: "quote", label: t`Quotation`, icon: Quote, act: () => go().toggleBlockquote().run(), isOn: on.quote },
    { name: "link", label: t`Link`, icon: Link2, act: link, isOn: on.link },
    { name: "undo", label: t`Undo`, icon: Undo2, act: () => go().undo().run() },
    { name: "redo", label: t`Redo`, icon: Redo2, act: () => go().redo().run() },
  ];
  return (
    <div role="toolbar" aria-label={t`Text tools`} className="q-rich-tools">
      {tools.map(({ name, label, icon: Icon, act, isOn: pressed }) => (
        <button key={name} type="button" aria-label={label} title={label} aria-pressed={pressed} onMouseDown={(event) => event.preventDefault()} onClick={act}>
          <Icon size={15} aria-hidden />
        </button>
      ))}
    </div>
  );
}

const isOn = (editor: Editor) => ({
  bold: editor.isActive("bold"),
  italic: editor.isActive("italic"),
  underline: editor.isActive("underline"),
  strike: editor.isActive("strike"),
  h2: editor.isActive("heading", { level: 2 }),
  h3: editor.isActive("heading", { level: 3 }),
  bullets: editor.isActive("bulletList"),
  numbers: editor.isActive("orderedList"),
  quote: editor.isActive("blockquote"),
  link: editor.isActive("link"),
});
