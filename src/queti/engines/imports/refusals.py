"""What an import says when it can't go on."""

from queti.kernel.errors import Refusal


class UnreadableFile(Refusal):
    """{name} can't be read as {expected}: {reason} Save it again as .xlsx or as .csv in UTF-8, then choose it anew."""

    zh = "无法将 {name} 读取为 {expected}：{reason}请另存为 .xlsx 或 UTF-8 编码的 .csv 后重新选择。"


class FileNotWhatItSays(Refusal):
    """{name} is not a {expected} file: its content is {found}. Choose the right file, or give it its true ending."""

    zh = "{name} 不是 {expected} 文件，其内容为 {found}。请选择正确的文件或改正扩展名。"


class NothingToImport(Refusal):
    """{name} has no rows below its heading."""

    zh = "{name} 在标题行下没有数据。"


class DocumentTooLarge(Refusal):
    """{name} has more than {megabytes} MB of JSON; split it, or import its rows as CSV."""

    zh = "{name} 的 JSON 内容超过 {megabytes} MB，请拆分，或将数据存为 CSV 后导入。"
    kind = "too_large"


class TooManyRows(Refusal):
    """{name} has more than {limit} rows; split it and import the parts one after another."""

    zh = "{name} 超过 {limit} 行，请拆分后分次导入。"
    kind = "too_large"


class RowsApart(Refusal):
    """Row {row} stands apart from the others of its record. Sort a file this large by {columns}, and choose it anew."""

    zh = "第 {row} 行与同一记录的其他行不相邻。文件较大时请先按 {columns} 排序，再重新选择。"


class UnknownTable(Refusal):
    """The source has no table or list “{name}”; it has {known}."""

    zh = "数据源中没有名为“{name}”的表或列表；现有：{known}。"


class ImportHasErrors(Refusal):
    """{bad} of {total} rows can't be imported; nothing was taken. Mend them, or take only the good rows."""

    zh = "{total} 行中有 {bad} 行无法导入，未导入任何数据。请改正，或选择只导入正确的行。"
    kind = "conflict"


class ImportAlreadyRun(Refusal):
    """Import {id} was carried out already; the same import is never run twice."""

    zh = "导入 {id} 已执行，同一导入不会执行两次。"
    kind = "conflict"


class ImportNotFinished(Refusal):
    """Import {id} is paused with a part of its rows taken; go on with it, or undo it and choose the file anew."""

    zh = "导入 {id} 已暂停，部分行已导入。请继续导入，或撤销后重新选择文件。"
    kind = "conflict"


class CannotUndoImport(Refusal):
    """Import {id} can't be undone: {reason}"""

    zh = "导入 {id} 无法撤销：{reason}"
    kind = "conflict"


class ImportCancelled(Refusal):
    """Import {id} was cancelled; nothing of it was taken."""

    zh = "导入 {id} 已取消，未导入任何数据。"
    kind = "conflict"


class ImportUnderWay(Refusal):
    """Import {id} is being worked on; wait for it or cancel it."""

    zh = "导入 {id} 正在处理，请等待或取消。"
    kind = "conflict"


class ImportFileGone(Refusal):
    """{name} is no longer kept; choose the file once more."""

    zh = "文件 {name} 已不再保存，请重新选择。"
    kind = "not_found"
