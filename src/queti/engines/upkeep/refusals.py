"""Why records can't be put in order as asked."""

from __future__ import annotations

from queti.kernel.errors import Refusal


class NotComparable(Refusal):
    """Duplicates can't be found by {field}; choose text, number, date or choice fields."""

    zh = "不能按“{field}”查找重复项，请选择文本、数字、日期或选项字段。"
    field = "by"


class NothingToUnite(Refusal):
    """Choose at least two different records to unite; {many} given."""

    zh = "请至少选择两条不同的记录进行合并；当前为 {many} 条。"
    field = "others"


class PostedRecords(Refusal):
    """{what} {title} can't be absorbed: {users} name it and can't be changed. Keep {title}, absorb the other."""

    zh = "{what} {title} 不能并入其他记录：{users} 已引用它且不可修改。请保留 {title}，并入另一条。"
    kind = "conflict"


class UnionUndone(Refusal):
    """This union was undone already, on {moment}."""

    zh = "该合并已于 {moment} 撤销。"
    kind = "conflict"


class NothingToBringBack(Refusal):
    """Entry {entry} of the history holds no earlier values that you may write."""

    zh = "历史记录 {entry} 中没有您可以写回的旧值。"
    field = "entry"


class TooManyLinks(Refusal):
    """{many} records lead to those that would go; at most {most} are led over at once. Unite fewer at a time."""

    zh = "有 {many} 条记录关联到将被合并的记录，一次最多转移 {most} 条，请减少每次合并的记录。"
    kind = "too_large"


class TooManyAtOnce(Refusal):
    """{many} records fit; at most {most} can be changed at once. Narrow the filter."""

    zh = "符合条件的记录有 {many} 条，一次最多修改 {most} 条，请缩小范围。"
    kind = "too_large"
